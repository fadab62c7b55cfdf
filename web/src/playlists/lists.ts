/** Playlists as pages read and change them. */

import { api, request } from '../api/client'
import { PlaylistKind, type ElementMade, type HeldIn, type List, type Playlist, type PlaylistElement, type PlaylistMade } from '../api/types'
import { session } from '../state/session.svelte'

/** Films of one page of a playlist: as many as the server gives at once. */
export const COUNT = 100

/** The path of a playlist's page, or of that where its film at a place is played. */
export const pathOf = (playlist: Pick<Playlist, 'shortUUID'>, position?: number): string =>
  `/w/p/${playlist.shortUUID}${position === undefined ? '' : `?playlistPosition=${position}`}`

export const isWatchLater = (playlist: Playlist): boolean => playlist.type.id === PlaylistKind.watchLater

/** Whether the reader may change a playlist: one's own, or of a group that one publishes for. */
export function isMine(playlist: Playlist): boolean {
  const me = session.me
  if (!me) return false
  const { videoChannel: of } = playlist
  return of ? session.groups.some((group) => group.id === of.id) : playlist.ownerAccount.id === me.account.id
}

export function readPlaylist(id: string, signal?: AbortSignal): Promise<Playlist> {
  return api.get<Playlist>(`/video-playlists/${encodeURIComponent(id)}`, {}, signal)
}

/** The films around a place, from 1: those of the page that it is on. */
export function readElements(id: string, position: number, signal?: AbortSignal): Promise<List<PlaylistElement>> {
  const start = Math.floor((Math.max(1, position) - 1) / COUNT) * COUNT
  return api.get<List<PlaylistElement>>(`/video-playlists/${encodeURIComponent(id)}/videos`, { start, count: COUNT }, signal)
}

/** The playlists that the reader can put films in: what is watched later first, then what was changed last. */
export async function readMine(signal?: AbortSignal): Promise<Playlist[]> {
  const path = `/accounts/${encodeURIComponent(session.me?.account.name ?? '')}/video-playlists`
  const all: Playlist[] = []
  let total = 1
  while (all.length < total) {
    const page = await api.get<List<Playlist>>(path, { sort: '-updatedAt', includeCollaborations: true, start: all.length, count: COUNT }, signal)
    total = page.total
    all.push(...page.data)
    if (page.data.length === 0) break
  }
  return [...all.filter(isWatchLater), ...all.filter((one) => !isWatchLater(one))]
}

/** In which of the reader's playlists a video is. */
export async function readHeld(video: number): Promise<HeldIn[]> {
  const all = await api.get<Record<string, HeldIn[]>>('/users/me/video-playlists/videos-exist', { videoIds: [video] })
  return all[video] ?? []
}

export async function addTo(playlist: number, videoUuid: string): Promise<HeldIn> {
  const made = await api.post<ElementMade>(`/video-playlists/${playlist}/videos`, { videoId: videoUuid })
  return { playlistId: playlist, playlistElementId: made.videoPlaylistElement.id }
}

export function takeOut(playlist: number, element: number): Promise<void> {
  return api.delete(`/video-playlists/${playlist}/videos/${element}`)
}

/** Moves what stands at `from` to `to`, both from 1. */
export function move(path: string, from: number, to: number): Promise<void> {
  return api.post(path, { startPosition: from, insertAfterPosition: to > from ? to : to - 1 })
}

/** What can be said of a playlist. */
export interface Said {
  displayName: string
  description: string
  privacy: number
  group: number | null
  /** A picture that was chosen just now. */
  picture?: File
}

function form(said: Said): FormData {
  const body = new FormData()
  body.set('displayName', said.displayName.trim())
  body.set('description', said.description.trim())
  body.set('privacy', String(said.privacy))
  body.set('videoChannelId', said.group === null ? 'null' : String(said.group))
  if (said.picture) body.set('thumbnailfile', said.picture)
  return body
}

/** Makes a playlist. */
export async function make(said: Said): Promise<PlaylistMade['videoPlaylist']> {
  return (await request<PlaylistMade>('POST', '/video-playlists', { body: form(said) })).videoPlaylist
}

/** Changes what is said of one. */
export function change(id: number, said: Said): Promise<void> {
  return request('PUT', `/video-playlists/${id}`, { body: form(said) })
}
