import { expect, test } from 'vitest'
import { readParams } from '../pages/embed/params'
import { address, frame, type Shared, type Wishes } from './embed'

const film: Shared = { kind: 'video', title: 'Le "bal" <de> la place', uuid: 'long', shortUUID: 'short' }
const list: Shared = { ...film, kind: 'playlist' }
const plain: Wishes = { start: null, position: null, autoplay: false, muted: false, loop: false, title: true, controls: true, link: true }

test('addresses begin where they are told', () => {
  expect(address('https://k.example', film, { start: null, position: null })).toBe('https://k.example/w/short')
  expect(address('https://k.example', film, { start: 62.4, position: null })).toBe('https://k.example/w/short?start=1m2s')
  expect(address('https://k.example', list, { start: null, position: 3 })).toBe('https://k.example/w/p/short?playlistPosition=3')
})

test('a frame says what was wished, and the embedded player reads it so', () => {
  const source = (html: string) => new URL(/src="([^"]+)"/.exec(html)?.[1]?.replace(/&amp;/g, '&') ?? '')
  const html = frame('https://k.example', film, plain)
  expect(html).toContain('title="Le &quot;bal&quot; &lt;de> la place"')
  expect(source(html).href).toBe('https://k.example/videos/embed/long')
  const all: Wishes = { start: 5, position: null, autoplay: true, muted: true, loop: true, title: false, controls: false, link: false }
  const read = readParams(source(frame('https://k.example', film, all)).searchParams)
  expect(read).toMatchObject({ start: 5, autoplay: true, muted: true, loop: true, title: false, controls: false, link: false })
  const placed = source(frame('https://k.example', list, { ...all, start: null, position: 2 }))
  expect(placed.pathname).toBe('/video-playlists/embed/long')
  expect(placed.searchParams.get('playlistPosition')).toBe('2')
  expect(placed.searchParams.has('loop')).toBe(false)
})
