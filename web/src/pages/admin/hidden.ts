import { api } from '../../api/client'
import type { HiddenVideo, List } from '../../api/types'
import type { Where } from '../../router.svelte'

export const COUNT = 25
export interface Found {
  videos: List<HiddenVideo>
}

/** A page of hidden videos, as the address asks for it. */
export async function load({ url, signal }: Where): Promise<Found> {
  const page = Math.max(1, Number(url.searchParams.get('page')) || 1)
  const query = { search: url.searchParams.get('search'), sort: '-createdAt', start: (page - 1) * COUNT, count: COUNT }
  return { videos: await api.get<List<HiddenVideo>>('/videos/blacklist', query, signal) }
}
