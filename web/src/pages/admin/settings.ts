import { api } from '../../api/client'
import type { Machine, SiteSettings } from '../../api/types'
import type { Where } from '../../router.svelte'

/** The parts of the settings; the first stands at `/admin/settings` itself. */
export const PARTS = ['instance', 'pages', 'home', 'look', 'videos', 'people', 'mail', 'machine'] as const
export type Part = (typeof PARTS)[number]

export interface Found {
  part: Part
  settings: SiteSettings
  machine: Machine
}

/** Short sides a ladder may have; 0 is sound only. */
export const RUNGS = [0, 144, 240, 360, 480, 720, 1080, 1440, 2160]

export async function load({ url, signal }: Where): Promise<Found> {
  const part = PARTS.find((one) => one === url.searchParams.get('part')) ?? 'instance'
  const [settings, machine] = await Promise.all([api.get<SiteSettings>('/server/settings', {}, signal), api.get<Machine>('/server/machine', {}, signal)])
  return { part, settings, machine }
}
