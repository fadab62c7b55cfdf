import { expect, test } from 'vitest'
import { partOf, reasonsFor } from './report'

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
