import { api } from '../../api/client'
import type { Group, List, Playlist, VideoItem } from '../../api/types'

export const COUNT = 24
export interface GroupData {
  group: Group
  videos: List<VideoItem>
  /** How many playlists it publishes, for who asks. */
  playlists: number
}

/** A group and one page of its videos, newest first. */
export async function loadGroup(name: string, url: URL, signal: AbortSignal): Promise<GroupData> {
  const page = Math.max(1, Number(url.searchParams.get('page')) || 1)
  const path = `/video-channels/${encodeURIComponent(name)}`
  const [group, videos, playlists] = await Promise.all([
    api.get<Group>(path, {}, signal),
    api.get<List<VideoItem>>(`${path}/videos`, { sort: '-publishedAt', start: (page - 1) * COUNT, count: COUNT }, signal),
    api.get<List<Playlist>>(`${path}/video-playlists`, { count: 0 }, signal),
  ])
  return { group, videos, playlists: playlists.total }
}
