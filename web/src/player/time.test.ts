import { expect, test } from 'vitest'
import { clock, linkTime, parseTime, timeCodes } from './time'

test('reads the times that links carry', () => {
  expect(parseTime('90')).toBe(90)
  expect(parseTime('90.5')).toBe(90.5)
  expect(parseTime('1h2m3s')).toBe(3723)
  expect(parseTime('2m')).toBe(120)
  expect(parseTime('1h')).toBe(3600)
  expect(parseTime('1h30')).toBe(3630)
  expect(parseTime('45s')).toBe(45)
  expect(parseTime('1:02:03')).toBe(3723)
  expect(parseTime('4:05')).toBe(245)
})

test('a wrong time is no time', () => {
  for (const wrong of ['', '  ', null, undefined, 'abc', '-5', '1m2h', '1:99', 'NaN', '1e3']) expect(parseTime(wrong)).toBeNull()
})

test('writes times for links and for people', () => {
  expect(linkTime(3723.9)).toBe('1h2m3s')
  expect(linkTime(3600)).toBe('1h')
  expect(linkTime(0)).toBe('0s')
  expect(parseTime(linkTime(5025))).toBe(5025)
  expect(clock(4360)).toBe('1:12:40')
  expect(clock(545.99)).toBe('9:05')
  expect(clock(NaN)).toBe('0:00')
  expect(clock(Infinity)).toBe('0:00')
})

test('finds time codes in a text and nothing that only looks like one', () => {
  const text = '0:00 Début, puis (12:34) et 1:02:03. Le 2026-11-23 à 10:15:00Z, ratio 16:9, 3:99, a1:30'
  const found = timeCodes(text)
  expect(found.map((c) => text.slice(c.index, c.index + c.length))).toContain('12:34')
  expect(found.map((c) => c.seconds)).toEqual(expect.arrayContaining([0, 754, 3723]))
  expect(found.map((c) => text.slice(c.index, c.index + c.length))).not.toContain('16:9')
  expect(found.map((c) => text.slice(c.index, c.index + c.length))).not.toContain('3:99')
})
