import { expect, test } from 'vitest'
import { begun, KINDS, whole } from './blocks'

test('a block of every kind begins with what its kind needs', () => {
  for (const kind of KINDS) expect(begun(kind, 'fanfare', 'u').kind).toBe(kind)
  expect(begun('group', 'fanfare', 'u')).toEqual({ kind: 'group', name: 'fanfare', count: 4 })
  expect(begun('playlist', 'fanfare', 'u')).toEqual({ kind: 'playlist', playlist: 'u', count: 4 })
})

test('an empty number is none, so that it is refused in its block', () => {
  const empty = { kind: 'groups', count: null } as unknown as Parameters<typeof whole>[0]
  expect(whole(empty)).toEqual({ kind: 'groups', count: 0 })
  expect(whole({ kind: 'groups', count: 3.4 })).toEqual({ kind: 'groups', count: 3 })
  expect(whole({ kind: 'welcome' })).toEqual({ kind: 'welcome' })
})
