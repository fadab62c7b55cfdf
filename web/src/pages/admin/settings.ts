import { api } from '../../api/client'
import type { SiteSettings } from '../../api/types'
import type { Where } from '../../router.svelte'

export type Found = SiteSettings

/** Short sides a ladder may have; 0 is sound only. */
export const RUNGS = [0, 144, 240, 360, 480, 720, 1080, 1440, 2160]

export function load({ signal }: Where): Promise<Found> {
  return api.get<SiteSettings>('/server/settings', {}, signal)
}
