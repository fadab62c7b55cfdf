import { api } from '../../api/client'
import type { JobsPause, List, ServerJob } from '../../api/types'
import type { Where } from '../../router.svelte'

export const STATES = ['active', 'waiting', 'delayed', 'failed', 'cancelled', 'completed'] as const
export type State = (typeof STATES)[number]
export const COUNT = 25
export interface Found {
  state: State
  jobs: List<ServerJob>
  totals: Record<State, number>
  /** Nothing new is begun. */
  paused: boolean
}

export async function load({ url, signal }: Where): Promise<Found> {
  const wanted = STATES.find((one) => one === url.searchParams.get('state'))
  const page = Math.max(1, Number(url.searchParams.get('page')) || 1)
  const list = (state: State, start: number, count: number) => api.get<List<ServerJob>>(`/jobs/${state}`, { start, count, sort: '-createdAt' }, signal)
  const totals = Object.fromEntries(await Promise.all(STATES.map(async (state) => [state, (await list(state, 0, 0)).total]))) as Record<State, number>
  // What failed is looked at first, then what goes on.
  const state = wanted ?? (totals.failed > 0 && totals.active === 0 ? 'failed' : 'active')
  const [jobs, { paused }] = await Promise.all([list(state, (page - 1) * COUNT, COUNT), api.get<JobsPause>('/jobs/pause', {}, signal)])
  return { state, jobs, totals, paused }
}
