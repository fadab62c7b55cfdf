import { api } from '../../api/client'
import type { List, StaffReport } from '../../api/types'
import { PENDING } from '../../reports/states'
import type { Where } from '../../router.svelte'

export const COUNT = 25
export const KINDS = ['video', 'comment', 'account'] as const
export type Which = 'pending' | 'accepted' | 'rejected' | 'all'
export const WHICH: Which[] = ['pending', 'accepted', 'rejected', 'all']
const STATE: Record<Which, number | null> = { pending: PENDING, rejected: 2, accepted: 3, all: null }

export interface Found {
  reports: List<StaffReport>
  /** How many wait. */
  waiting: number
  which: Which
  /** The one that is looked at. */
  one: StaffReport | null
  /** Its number was asked for, whatever was found. */
  asked: boolean
}

/** Reports as the address asks for them: a page of them, or one by its number. */
export async function load({ url, signal }: Where): Promise<Found> {
  const of = (name: string) => url.searchParams.get(name)
  const id = of('id')
  const which = WHICH.find((one) => one === of('which')) ?? 'pending'
  const page = Math.max(1, Number(of('page')) || 1)
  const query = id
    ? { id, count: 1 }
    : { state: STATE[which], filter: of('kind'), search: of('search'), sort: which === 'pending' ? 'createdAt' : '-createdAt', start: (page - 1) * COUNT, count: COUNT }
  const [reports, waiting] = await Promise.all([
    api.get<List<StaffReport>>('/abuses', query, signal),
    api.get<List<StaffReport>>('/abuses', { state: PENDING, count: 0 }, signal),
  ])
  return { reports, waiting: waiting.total, which, one: id ? (reports.data[0] ?? null) : null, asked: id !== null }
}
