import { beforeEach, expect, test, vi } from 'vitest'
import { comeBack, comeBackTo, isOurs } from './later'

const kept = new Map<string, string>()
beforeEach(() => {
  kept.clear()
  vi.stubGlobal('localStorage', { getItem: (key: string) => kept.get(key) ?? null, setItem: (key: string, value: string) => kept.set(key, value), removeItem: (key: string) => kept.delete(key) })
})

test('a page is come back to once, and not after a month', () => {
  expect(comeBack()).toBe(null)
  comeBackTo('/join/t')
  expect([comeBack(), comeBack()]).toEqual(['/join/t', null])
  comeBackTo('/join/t', 0)
  expect(comeBack(31 * 24 * 3600 * 1000)).toBe(null)
  kept.set('kiosque.later', 'no JSON')
  expect(comeBack()).toBe(null)
})

test('only pages of this site are come back to', () => {
  for (const path of ['//elsewhere.example', '/\\elsewhere.example', 'https://elsewhere.example', '', null]) {
    expect(isOurs(path), String(path)).toBe(false)
    comeBackTo(String(path))
    expect(comeBack()).toBe(null)
  }
  expect(isOurs('/join/t?x=1')).toBe(true)
})
