/** Where the picture comes from: which address, played by what. */

import { renditionPlaylist, type Quality, type VideoFile } from './quality'

/** What the API says of a video, as far as playing goes. */
export interface Playable {
  uuid: string
  duration: number
  isLive?: boolean
  trackerUrls?: string[]
  files?: VideoFile[]
  streamingPlaylists?: {
    playlistUrl: string
    segmentsSha256Url?: string | null
    files: VideoFile[]
  }[]
}

/** What this browser can do. `apple`: it plays HLS by itself and well. */
export interface Browser {
  mse: boolean
  apple: boolean
}

/** How a video is played here. */
export type Source =
  | { by: 'hls.js'; url: string; sha256Url: string | null; trackers: string[] }
  | { by: 'browser'; url: string; hls: boolean }
  | { by: 'none' }

/** Looks at the browser. Chromium says that it plays HLS since a while, but without choice of quality: only Apple's counts. */
export function thisBrowser(): Browser {
  const video = document.createElement('video')
  const apple = navigator.vendor.startsWith('Apple') && video.canPlayType('application/vnd.apple.mpegurl') !== ''
  const mse = 'MediaSource' in window && MediaSource.isTypeSupported('video/mp4; codecs="avc1.42E01E, mp4a.40.2"')
  return { mse, apple }
}

/** Adds the token of a private video to an address; playlists are asked to hand it on to what they name. */
export function withToken(url: string, token: string | null): string {
  if (!token) return url
  const playlist = /\.m3u8(?=$|\?)/.test(url)
  const query = `videoFileToken=${encodeURIComponent(token)}${playlist ? '&reinjectVideoFileToken=true' : ''}`
  return `${url}${url.includes('?') ? '&' : '?'}${query}`
}

/** All files of a video: those of its ladder, else the progressive ones. */
export function filesOf(video: Playable): VideoFile[] {
  const ladder = video.streamingPlaylists?.[0]?.files ?? []
  return ladder.length > 0 ? ladder : (video.files ?? [])
}

/** Whether there is anything to play yet. */
export function isPlayable(video: Playable): boolean {
  return Boolean(video.streamingPlaylists?.[0]?.playlistUrl) || (video.files?.length ?? 0) > 0
}

/** The progressive file for a quality: that one, else the largest up to 720 lines, else the smallest there is. */
function progressive(files: readonly VideoFile[], quality: Quality): VideoFile | undefined {
  const sorted = [...files].sort((a, b) => b.resolution.id - a.resolution.id)
  const pictures = sorted.filter((f) => f.resolution.id > 0)
  return (
    sorted.find((f) => f.resolution.id === quality) ??
    pictures.find((f) => f.resolution.id <= 720) ??
    pictures[pictures.length - 1] ??
    sorted[0]
  )
}

/**
 * Decides how to play a video here at a quality: hls.js where Media Source Extensions are, the browser's own HLS on
 * Apple's devices, else the progressive file. The sound alone has a playlist of its own.
 */
export function sourceOf(video: Playable, browser: Browser, quality: Quality, token: string | null): Source {
  const playlist = video.streamingPlaylists?.[0]
  const one = quality === 'auto' ? undefined : playlist?.files.find((f) => f.resolution.id === quality)
  const own = one ? renditionPlaylist(one) : null
  if (playlist && browser.apple) {
    return { by: 'browser', url: withToken(own ?? playlist.playlistUrl, token), hls: true }
  }
  if (playlist && browser.mse) {
    const sha256 = playlist.segmentsSha256Url ?? null
    return {
      by: 'hls.js',
      url: withToken(quality === 0 && own ? own : playlist.playlistUrl, token),
      sha256Url: sha256 && withToken(sha256, token),
      trackers: (video.trackerUrls ?? []).filter((url) => /^wss?:/.test(url)),
    }
  }
  const file = progressive(video.files?.length ? video.files : (playlist?.files ?? []), quality)
  return file ? { by: 'browser', url: withToken(file.fileUrl, token), hls: false } : { by: 'none' }
}
