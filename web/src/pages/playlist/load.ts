/** A playlist, and the film of it that is played. */

import { Availability, type Playlist, type PlaylistElement } from '../../api/types'
import { COUNT, pathOf, readElements, readPlaylist } from '../../playlists/lists'
import { loadFilm, type Loaded } from '../watch/load'

/** The place of a film in the playlist that it is played from. */
export interface InList {
  playlist: Playlist
  /** The elements around it: those that the server gives at once. */
  elements: PlaylistElement[]
  /** Elements in all. */
  total: number
  /** Its place, from 1. */
  position: number
  element: PlaylistElement
}

/** A page of a playlist to choose from; or a film of it that is played, or is not to be seen. */
export interface PlaylistData {
  playlist: Playlist
  elements: PlaylistElement[]
  total: number
  inList: InList | null
  film: Loaded | null
}

/** The place that an address asks for; null for the page to choose from. */
export function placeOf(url: URL): number | null {
  const place = Number(url.searchParams.get('playlistPosition'))
  return Number.isInteger(place) && place > 0 ? place : null
}

export async function loadPlaylist(id: string, url: URL, signal: AbortSignal): Promise<PlaylistData> {
  const position = placeOf(url)
  const page = Math.max(1, Number(url.searchParams.get('page')) || 1)
  const [playlist, found] = await Promise.all([readPlaylist(id, signal), readElements(id, position ?? (page - 1) * COUNT + 1, signal)])
  const { data: elements, total } = found
  const element = elements.find((one) => one.position === position)
  const inList = element && position !== null ? { playlist, elements, total, position, element } : null
  const film = element?.video ? await loadFilm(element.video.uuid, signal) : null
  return { playlist, elements, total, inList, film }
}

/** Whether a film of a playlist can be played by who reads it. */
export const isThere = (element: PlaylistElement): boolean => element.type === Availability.regular && element.video !== null

/** The next place with a film, after this one; null at the end. What is not read yet is taken to be there. */
export function nextPlace({ elements, total, position }: InList): number | null {
  const next = elements.find((one) => one.position > position && isThere(one))
  if (next) return next.position
  const last = elements[elements.length - 1]?.position ?? total
  return last < total ? last + 1 : null
}

/** The place with a film before this one; null at the beginning. */
export function previousPlace({ elements, position }: InList): number | null {
  const before = elements.filter((one) => one.position < position && isThere(one)).pop()
  if (before) return before.position
  const first = elements[0]?.position ?? 1
  return first > 1 ? first - 1 : null
}

export { pathOf }
