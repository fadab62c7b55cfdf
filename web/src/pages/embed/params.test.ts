import { expect, test } from 'vitest'
import { readParams } from './params'

const read = (query: string) => readParams(new URLSearchParams(query))

test('without wishes: controls, title, link, nothing by itself', () => {
  expect(read('')).toEqual({
    start: null,
    stop: null,
    loop: false,
    autoplay: false,
    muted: false,
    controls: true,
    title: true,
    warningTitle: true,
    link: true,
    p2p: null,
    subtitle: null,
    speed: null,
    position: 1,
  })
})

test('PeerTube’s names', () => {
  expect(read('start=1m2s&stop=90&loop=1&autoplay=1&muted=true&controls=0&title=0&warningTitle=0&p2p=0&peertubeLink=0&subtitle=fr&playbackRate=1.5')).toEqual({
    start: 62,
    stop: 90,
    loop: true,
    autoplay: true,
    muted: true,
    controls: false,
    title: false,
    warningTitle: false,
    link: false,
    p2p: false,
    subtitle: 'fr',
    speed: 1.5,
    position: 1,
  })
  expect(['playlistPosition=4', 'playlistPosition=0', 'playlistPosition=x'].map((query) => read(query).position)).toEqual([4, 1, 1])
  expect(read('controlBar=0').controls).toBe(false)
  expect(read('playbackRate=99').speed).toBeNull()
})
