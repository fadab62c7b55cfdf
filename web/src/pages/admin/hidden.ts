import { api } from '../../api/client'
import type { HiddenVideo, List } from '../../api/types'
import type { Where } from '../../router.svelte'
import { instance } from '../../state/instance.svelte'

export const COUNT = 25
export interface Found {
  videos: List<HiddenVideo>
  /** New ones that nobody has looked at, the oldest of them. */
  waiting: List<HiddenVideo>
  /** Whether new ones wait. */
  reviewed: boolean
}

/** A page of hidden videos, as the address asks for it. */
export async function load({ url, signal }: Where): Promise<Found> {
  const page = Math.max(1, Number(url.searchParams.get('page')) || 1)
  const query = { search: url.searchParams.get('search'), type: 1, sort: '-createdAt', start: (page - 1) * COUNT, count: COUNT }
  const [videos, waiting] = await Promise.all([
    api.get<List<HiddenVideo>>('/videos/blacklist', query, signal),
    api.get<List<HiddenVideo>>('/videos/blacklist', { type: 2, sort: 'createdAt', count: COUNT }, signal),
  ])
  return { videos, waiting, reviewed: instance.config?.autoBlacklist.videos.ofUsers.enabled ?? false }
}
