import { api } from '../../api/client'
import type { List, StaffVideo, VideoFile } from '../../api/types'
import type { Where } from '../../router.svelte'

export const COUNT = 25
/** PeerTube's numbers of the states that videos here can have. */
export const STATES = [1, 2, 7] as const
export const PRIVACIES = [1, 2, 3, 4, 5] as const
export const SORTS = ['-createdAt', '-localVideoFilesSize', '-views', 'name'] as const

export interface Found {
  videos: List<StaffVideo>
}

/** `include`: unpublished ones (1), hidden ones (2), their files (8), the file as it was sent (32). */
const INCLUDE = 1 | 2 | 8 | 32

export async function load({ url, signal }: Where): Promise<Found> {
  const asked = (name: string) => url.searchParams.get(name)
  const page = Math.max(1, Number(asked('page')) || 1)
  const sort = SORTS.find((one) => one === asked('sort')) ?? SORTS[0]
  const query = { include: INCLUDE, nsfw: 'both', search: asked('search'), stateOneOf: asked('state'), privacyOneOf: asked('privacy'), sort, start: (page - 1) * COUNT, count: COUNT }
  return { videos: await api.get<List<StaffVideo>>('/videos', query, signal) }
}

/** Bytes of everything that is kept of a video. */
export function bytesOf(video: StaffVideo): number {
  const sum = (files: VideoFile[]) => files.reduce((bytes, file) => bytes + file.size, 0)
  return sum(video.files) + video.streamingPlaylists.reduce((bytes, playlist) => bytes + sum(playlist.files), 0)
}
