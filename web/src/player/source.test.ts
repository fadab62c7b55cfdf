import { expect, test } from 'vitest'
import { levelFor, renditionPlaylist, rungs, thriftyRung, type VideoFile } from './quality'
import { sourceOf, withToken, type Playable } from './source'

const file = (id: number, size: number): VideoFile => ({
  id,
  resolution: { id, label: id ? `${id}p` : 'Audio only' },
  size,
  fps: 25,
  fileUrl: `https://k.example/static/streaming-playlists/hls/u/aaa-${id}-fragmented.mp4`,
  fileDownloadUrl: '',
})
const video: Playable = {
  uuid: 'u',
  duration: 1800,
  trackerUrls: ['https://k.example/tracker/announce', 'wss://k.example/tracker/socket'],
  files: [{ ...file(480, 100), fileUrl: 'https://k.example/static/web-videos/b-480.mp4' }],
  streamingPlaylists: [
    {
      playlistUrl: 'https://k.example/hls/m-master.m3u8',
      segmentsSha256Url: 'https://k.example/hls/s-segments-sha256.json',
      files: [file(1080, 950_000_000), file(480, 200_000_000), file(0, 30_000_000)],
    },
  ],
}
const chromium = { mse: true, apple: false }
const iphone = { mse: false, apple: true }
const old = { mse: false, apple: false }

test('hls.js where there is MSE, the browser on Apple’s devices, a file elsewhere', () => {
  expect(sourceOf(video, chromium, 'auto', null)).toEqual({
    by: 'hls.js',
    url: 'https://k.example/hls/m-master.m3u8',
    sha256Url: 'https://k.example/hls/s-segments-sha256.json',
    trackers: ['wss://k.example/tracker/socket'],
  })
  expect(sourceOf(video, iphone, 'auto', null)).toMatchObject({ by: 'browser', hls: true, url: 'https://k.example/hls/m-master.m3u8' })
  expect(sourceOf(video, old, 'auto', null)).toEqual({ by: 'browser', hls: false, url: 'https://k.example/static/web-videos/b-480.mp4' })
  expect(sourceOf({ uuid: 'u', duration: 1 }, chromium, 'auto', null)).toEqual({ by: 'none' })
})

test('one quality has its own playlist on Apple’s devices, the sound alone everywhere', () => {
  expect(sourceOf(video, iphone, 480, null)).toMatchObject({ url: 'https://k.example/static/streaming-playlists/hls/u/aaa-480.m3u8' })
  expect(sourceOf(video, chromium, 480, null)).toMatchObject({ url: 'https://k.example/hls/m-master.m3u8' })
  expect(sourceOf(video, chromium, 0, null)).toMatchObject({ url: 'https://k.example/static/streaming-playlists/hls/u/aaa-0.m3u8' })
})

test('private films carry their token, playlists hand it on', () => {
  expect(withToken('https://k/x.m3u8', 'a b')).toBe('https://k/x.m3u8?videoFileToken=a%20b&reinjectVideoFileToken=true')
  expect(withToken('https://k/x.mp4?v=1', 't')).toBe('https://k/x.mp4?v=1&videoFileToken=t')
  expect(withToken('https://k/x.mp4', null)).toBe('https://k/x.mp4')
})

test('the ladder and what an hour of each rung costs', () => {
  const all = rungs(video.streamingPlaylists?.[0]?.files ?? [], 1800)
  expect(all.map((r) => r.resolution)).toEqual([1080, 480, 0])
  expect(all[0]?.bytesPerHour).toBe(1_900_000_000)
  expect(thriftyRung(all)?.resolution).toBe(480)
  expect(thriftyRung(all.slice(1))).toBeUndefined()
  expect(rungs([file(480, 5)], 0)[0]?.bytesPerHour).toBeNull()
})

test('finds the level of a resolution, upright films by their short side', () => {
  const levels = [{ width: 256, height: 144 }, { width: 480, height: 854 }, { width: 1920, height: 1080 }]
  expect(levelFor(levels, 480)).toBe(1)
  expect(levelFor(levels, 1080)).toBe(2)
  expect(levelFor(levels, 240)).toBe(0)
  expect(levelFor([], 240)).toBe(-1)
})

test('the playlist of a rendition, said or derived from PeerTube’s names', () => {
  expect(renditionPlaylist(file(720, 1))).toBe('https://k.example/static/streaming-playlists/hls/u/aaa-720.m3u8')
  expect(renditionPlaylist({ ...file(720, 1), playlistUrl: 'https://k/y.m3u8' })).toBe('https://k/y.m3u8')
  expect(renditionPlaylist({ ...file(720, 1), fileUrl: 'https://k/z.mp4' })).toBeNull()
})
