import { api } from '../../api/client'
import type { Disk, EncoderChoice, Finding, Health, Level, List, ServerJob, Stats } from '../../api/types'
import type { Where } from '../../router.svelte'

export interface Found {
  findings: Finding[]
  encoder: EncoderChoice
  disk: Disk
  stats: Stats
  jobs: { active: number; waiting: number; failed: number }
}

export async function load({ signal }: Where): Promise<Found> {
  const count = (state: string) => api.get<List<ServerJob>>(`/jobs/${state}`, { count: 0 }, signal).then((list) => list.total)
  const [health, encoder, disk, stats, active, waiting, failed] = await Promise.all([
    api.get<Health>('/server/health', {}, signal),
    api.get<EncoderChoice>('/server/encoder', {}, signal),
    api.get<Disk>('/server/disk', {}, signal),
    api.get<Stats>('/server/stats', {}, signal),
    count('active'),
    count('waiting'),
    count('failed'),
  ])
  return { findings: health.findings, encoder, disk, stats, jobs: { active, waiting, failed } }
}

const ORDER: Level[] = ['bad', 'warn', 'good']

/** What asks for somebody first. */
export function byUrgency(findings: Finding[]): Finding[] {
  return [...findings].sort((a, b) => ORDER.indexOf(a.level) - ORDER.indexOf(b.level))
}
