import { beforeAll, expect, test } from 'vitest'
import type { Notification } from '../api/types'
import { setLanguage } from '../i18n/index.svelte'
import { notifications } from '../../tests/fake/world'
import { news, NewsType } from './news'

beforeAll(async () => {
  Object.defineProperty(globalThis, 'location', { value: { host: 'kiosque.example' }, configurable: true })
  await setLanguage('en', 'inside')
})

test('every kind is a sentence of its own that leads somewhere', () => {
  const all = notifications().map((one) => news(one))
  expect(all).not.toContain(null)
  expect(new Set(all.map((one) => one?.text)).size).toBe(all.length)
  for (const one of all) expect(one?.text).not.toMatch(/[{}]|^news\./)
  const of = (type: number) => notifications().filter((one) => one.type === type).map((one) => news(one)?.href)
  expect(of(NewsType.comment)).toEqual(['/w/short1#comment-7', '/w/short1#comment-7'])
  expect(of(NewsType.joinAsked)).toEqual(['/my/groups/group1/requests'])
})

test('what it does not know, and what lacks its parts, is no line', () => {
  const bare = { id: 1, read: false, data: {}, createdAt: '2026-10-20T18:00:00.000Z', updatedAt: '2026-10-20T18:00:00.000Z' }
  const later = 99 as Notification['type']
  const whole: number[] = [NewsType.warned]
  for (const type of [...Object.values(NewsType), later].filter((one) => !whole.includes(one))) expect(news({ ...bare, type }), String(type)).toBeNull()
})

test('people of other kiosks are named with their host', () => {
  const [first] = notifications().filter((one) => one.type === NewsType.account)
  if (!first?.account) throw new Error('no such notification')
  expect(news({ ...first, account: { ...first.account, host: 'ailleurs.example' } })?.href).toBe('/a/camille@ailleurs.example')
})
