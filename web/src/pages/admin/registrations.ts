import { api } from '../../api/client'
import type { List, Registration } from '../../api/types'
import type { Where } from '../../router.svelte'

export const COUNT = 25
export interface Found {
  registrations: List<Registration>
  /** Only those who wait for an answer. */
  pending: boolean
}

export async function load({ url, signal }: Where): Promise<Found> {
  const page = Math.max(1, Number(url.searchParams.get('page')) || 1)
  const pending = url.searchParams.get('all') === null
  const query = { search: url.searchParams.get('search'), sort: pending ? 'createdAt' : '-createdAt', pending, start: (page - 1) * COUNT, count: COUNT }
  return { registrations: await api.get<List<Registration>>('/users/registrations', query, signal), pending }
}
