import { api } from '../../api/client'
import type { Group, GroupWithPeople, List, Member, Playlist, Profile, VideoItem, Website } from '../../api/types'

export const COUNT = 24
export interface GroupData {
  group: Group
  videos: List<VideoItem>
  /** How many playlists it publishes, for who asks. */
  playlists: number
  /** Who is in it; null where the page leaves that out. */
  people: { about: GroupWithPeople; members: List<Member> } | null
  websites: Website[]
}
/** Members that the page names at once. */
const NAMED = 24

/** A group and one page of its videos, newest first. */
export async function loadGroup(name: string, url: URL, signal: AbortSignal, withPeople = true): Promise<GroupData> {
  const page = Math.max(1, Number(url.searchParams.get('page')) || 1)
  const path = `/video-channels/${encodeURIComponent(name)}`
  const [group, videos, playlists, profile, people] = await Promise.all([
    api.get<Group>(path, {}, signal),
    api.get<List<VideoItem>>(`${path}/videos`, { sort: '-publishedAt', start: (page - 1) * COUNT, count: COUNT }, signal),
    api.get<List<Playlist>>(`${path}/video-playlists`, { count: 0 }, signal),
    api.get<Profile>(`/groups/${encodeURIComponent(name)}/profile`, {}, signal),
    withPeople ? loadPeople(name, signal) : null,
  ])
  return { group, videos, playlists: playlists.total, people, websites: profile.websites }
}

async function loadPeople(name: string, signal: AbortSignal) {
  const path = `/groups/${encodeURIComponent(name)}`
  const [about, members] = await Promise.all([api.get<GroupWithPeople>(path, {}, signal), api.get<List<Member>>(`${path}/members`, { count: NAMED }, signal)])
  return { about, members }
}
