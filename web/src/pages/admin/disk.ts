import { api } from '../../api/client'
import type { Disk, Spare } from '../../api/types'
import type { Where } from '../../router.svelte'

/** What lies on the disk, in the order of the page. */
export const KINDS = ['renditions', 'progressive', 'sources', 'pictures', 'captions', 'uploads', 'cache', 'tmp', 'database'] as const
/** What may go. */
export const SPARE = ['sources', 'uploads', 'cache', 'nameless'] as const

export interface Found {
  disk: Disk
  spare: Spare
}

export async function load({ signal }: Where): Promise<Found> {
  const [disk, spare] = await Promise.all([api.get<Disk>('/server/disk', {}, signal), api.get<Spare>('/server/disk/spare', {}, signal)])
  return { disk, spare }
}
