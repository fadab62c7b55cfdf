import { expect, test, vi } from 'vitest'
import { api } from '../api/client'
import type { Me } from '../api/types'
import { session } from '../state/session.svelte'
import { unread } from './unread.svelte'

test('what is read while the server answers is not unread again', async () => {
  session.me = { id: 7, unreadNotificationsCount: 3 } as Me
  expect(unread.count).toBe(3)
  let answer: (list: { total: number; data: unknown[] }) => void = () => undefined
  vi.spyOn(api, 'get').mockImplementation(() => new Promise((resolve) => (answer = resolve)))
  for (const [read, count] of [[true, 2], [false, 3]] as const) {
    const looked = unread.look()
    if (read) unread.set(unread.count - 1)
    answer({ total: 3, data: [] })
    await looked
    expect(unread.count).toBe(count)
  }
  session.me = { id: 8, unreadNotificationsCount: 5 } as Me
  expect(unread.count).toBe(5)
})
