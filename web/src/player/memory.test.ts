import { expect, test, vi } from 'vitest'
import { readPreferences, remember, sharesNow, type Store } from './preferences'
import { keepPlace, placeOf, startTime } from './resume'
import { sittingId, Views, type ViewBody } from './views'

function store(): Store & { data: Map<string, string> } {
  const data = new Map<string, string>()
  return {
    data,
    getItem: (key) => data.get(key) ?? null,
    setItem: (key, value) => void data.set(key, value),
    removeItem: (key) => void data.delete(key),
  }
}
const forbidden: Store = {
  getItem: () => {
    throw new Error('forbidden')
  },
  setItem: () => {
    throw new Error('forbidden')
  },
  removeItem: () => undefined,
}

test('choices are kept, wrong ones dropped', () => {
  const s = store()
  remember(s, { volume: 0.3, p2p: false })
  expect(readPreferences(s)).toMatchObject({ volume: 0.3, p2p: false, speed: 1 })
  s.setItem('kiosque.player', '{"volume":"loud","speed":2,"evil":1}')
  expect(readPreferences(s)).toEqual({ ...readPreferences(null), speed: 2 })
  s.setItem('kiosque.player', 'nonsense')
  expect(readPreferences(s).volume).toBe(1)
  expect(remember(forbidden, { speed: 2 }).speed).toBe(2)
})

test('nothing is shared on a connection that is paid by volume', () => {
  expect(sharesNow(null, true, undefined)).toBe(true)
  expect(sharesNow(false, true, undefined)).toBe(false)
  expect(sharesNow(true, true, { type: 'cellular' })).toBe(false)
  expect(sharesNow(true, true, { saveData: true })).toBe(false)
  expect(sharesNow(true, false, { type: 'wifi' })).toBe(true)
})

test('the place in a film is kept, but not its beginning and its end', () => {
  const s = store()
  keepPlace(s, 'a', 600, 3600, 1)
  expect(placeOf(s, 'a')).toBe(600)
  keepPlace(s, 'a', 3595, 3600, 2)
  expect(placeOf(s, 'a')).toBeNull()
  keepPlace(s, 'b', 5, 3600, 3)
  expect(placeOf(s, 'b')).toBeNull()
  for (let i = 0; i < 150; i += 1) keepPlace(s, `v${i}`, 100, 3600, 10 + i)
  expect(placeOf(s, 'v149')).toBe(100)
  expect(placeOf(s, 'v0')).toBeNull()
  keepPlace(forbidden, 'x', 100, 3600, 1)
  expect(placeOf(forbidden, 'x')).toBeNull()
})

test('a film begins where the link says, else where one stopped', () => {
  expect(startTime(42, true, [600], 3600)).toBe(42)
  expect(startTime(9999, true, [], 3600)).toBe(3599)
  expect(startTime(null, true, [null, undefined, 600], 3600)).toBe(600)
  expect(startTime(null, false, [600], 3600)).toBe(0)
  expect(startTime(null, true, [3599], 3600)).toBe(0)
})

test('views: at once, then once per interval, and every jump', () => {
  const sent: [ViewBody, boolean][] = []
  const views = new Views((body, leaving) => Promise.resolve(sent.push([body, leaving])), 's', 5000)
  views.seek(30, 0)
  views.tick(30.4, 100)
  views.tick(31, 1000)
  views.tick(35.6, 5200)
  views.seek(90, 5300)
  views.tick(91, 6000)
  views.leave(93, 7000)
  views.leave(93, 7100)
  expect(sent).toEqual([
    [{ currentTime: 30, sessionId: 's' }, false],
    [{ currentTime: 35, sessionId: 's' }, false],
    [{ currentTime: 90, sessionId: 's', viewEvent: 'seek' }, false],
    [{ currentTime: 93, sessionId: 's' }, true],
  ])
})

test('a view that does not arrive disturbs nobody', async () => {
  const views = new Views(() => Promise.reject(new Error('offline')), 's', 5000)
  views.tick(1, 0)
  await Promise.resolve()
})

test('one sitting is one person', () => {
  const s = store()
  const random = vi.fn(() => 'abc')
  expect(sittingId(s, random)).toBe('abc')
  expect(sittingId(s, random)).toBe('abc')
  expect(random).toHaveBeenCalledTimes(1)
  expect(sittingId(null, () => 'x')).toBe('x')
})
