import { api } from '../../api/client'
import type { List, ModerationLogEntry } from '../../api/types'
import type { Where } from '../../router.svelte'

export const COUNT = 50
export interface Found {
  log: List<ModerationLogEntry>
}

/** A page of who did what, newest first. */
export async function load({ url, signal }: Where): Promise<Found> {
  const page = Math.max(1, Number(url.searchParams.get('page')) || 1)
  return { log: await api.get<List<ModerationLogEntry>>('/moderation/log', { start: (page - 1) * COUNT, count: COUNT }, signal) }
}
