import { expect, test } from 'vitest'
import { bytes, gigabytes } from './accounts'

test('room is written in gigabytes, nothing means no limit', () => {
  expect(gigabytes(-1)).toBe('')
  expect(gigabytes(2.5e9)).toBe('2.5')
  expect(bytes('')).toBe(-1)
  expect(bytes('2,5')).toBe(2.5e9)
  expect(bytes('0')).toBe(0)
  expect(bytes('much')).toBe(-1)
})
