import { afterEach, expect, test, vi } from 'vitest'
import { partOf, reasonsFor, send } from './report'

afterEach(() => vi.unstubAllGlobals())

test('a part of a film is read from two times', () => {
  expect(partOf('', '')).toEqual({})
  expect(partOf('1:05', '')).toEqual({ startAt: 65 })
  expect(partOf('1:05', '1:10')).toEqual({ startAt: 65, endAt: 70 })
  expect(partOf('', '0:10')).toEqual({ endAt: 10 })
  expect(partOf('1:05', '1:05')).toBeNull()
  expect(partOf('soon', '')).toBeNull()
  expect(partOf('', '0:00')).toBeNull()
})

test('captions and pictures are reported of films only', () => {
  expect(reasonsFor('video')).toContain('captions')
  expect(reasonsFor('comment')).not.toContain('captions')
  expect(reasonsFor('account')).not.toContain('thumbnails')
})

test('what is said below a film with a password is reported with the password', async () => {
  vi.stubGlobal('localStorage', { getItem: () => null })
  let init: RequestInit = {}
  vi.stubGlobal('fetch', async (_: string, asked: RequestInit) => {
    init = asked
    return new Response(null, { status: 204 })
  })
  await send({ kind: 'comment', id: 7, name: 'Léa', headers: { 'x-peertube-video-password': 'secret' } }, 'Loud', ['rights'])
  expect(new Headers(init.headers).get('x-peertube-video-password')).toBe('secret')
  expect(JSON.parse(String(init.body))).toEqual({ reason: 'Loud', predefinedReasons: ['rights'], comment: { id: 7 } })
})
