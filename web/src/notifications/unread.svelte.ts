import { api } from '../api/client'
import type { List, Notification } from '../api/types'
import { session } from '../state/session.svelte'

/** How much the reader, who is signed in, has not read; for the bell. */
class Unread {
  /** What was counted later than the session began; `null` until then. */
  private counted = $state<{ of: number; count: number } | null>(null)
  count = $derived(this.counted && this.counted.of === session.me?.id ? this.counted.count : (session.me?.unreadNotificationsCount ?? 0))

  set(count: number): void {
    if (session.me) this.counted = { of: session.me.id, count: Math.max(0, count) }
  }

  /** Asks the server. What was read while it answered is not unread again. */
  async look(): Promise<void> {
    if (!session.me) return
    const before = this.counted
    const { total } = await api.get<List<Notification>>('/users/me/notifications', { unread: true, count: 0 })
    if (this.counted === before) this.set(total)
  }
}

export const unread = new Unread()
