import { api } from '../api/client'
import type { AccountBlock, List } from '../api/types'
import type { Where } from '../router.svelte'

export const COUNT = 25
export interface Found {
  muted: List<AccountBlock>
}

/** A page of muted accounts, as the address asks for it. */
export async function load(path: string, { url, signal }: Where): Promise<Found> {
  const page = Math.max(1, Number(url.searchParams.get('page')) || 1)
  return { muted: await api.get<List<AccountBlock>>(path, { sort: '-createdAt', start: (page - 1) * COUNT, count: COUNT }, signal) }
}
