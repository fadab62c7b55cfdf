/** Addresses and frames that people hand on. */

import { linkTime } from '../player/time'

/** What is shared: a film or a playlist. */
export interface Shared {
  kind: 'video' | 'playlist'
  title: string
  uuid: string
  shortUUID: string
}
/** Where what is shared begins: a second of the film, or a place in the playlist. */
export interface Begin {
  start: number | null
  position: number | null
}
/** What an embedding page wishes; see `pages/embed/params.ts`. */
export interface Wishes extends Begin {
  autoplay: boolean
  muted: boolean
  loop: boolean
  title: boolean
  controls: boolean
  /** A link to the page, in the title. */
  link: boolean
}

function query({ start, position }: Begin, more: Record<string, string> = {}): string {
  const all = new URLSearchParams()
  if (position !== null) all.set('playlistPosition', String(position))
  if (start !== null && start >= 1) all.set('start', linkTime(start))
  for (const [name, value] of Object.entries(more)) all.set(name, value)
  const text = all.toString()
  return text ? `?${text}` : ''
}

/** The address of the page. */
export function address(origin: string, shared: Shared, begin: Begin): string {
  return `${origin}${shared.kind === 'video' ? '/w/' : '/w/p/'}${shared.shortUUID}${query(begin)}`
}

/** The frame for another page, as HTML. What is as it is without a wish is not written. */
export function frame(origin: string, shared: Shared, wishes: Wishes): string {
  const more: Record<string, string> = {}
  if (wishes.autoplay) more.autoplay = '1'
  if (wishes.muted) more.muted = '1'
  if (wishes.loop && shared.kind === 'video') more.loop = '1'
  if (!wishes.title) more.title = '0'
  if (!wishes.link) more.peertubeLink = '0'
  if (!wishes.controls) more.controls = '0'
  const path = shared.kind === 'video' ? '/videos/embed/' : '/video-playlists/embed/'
  const source = `${origin}${path}${shared.uuid}${query(wishes, more)}`
  const allow = wishes.autoplay ? 'autoplay; fullscreen; picture-in-picture' : 'fullscreen; picture-in-picture'
  return `<iframe title="${escape(shared.title)}" width="560" height="${shared.kind === 'video' ? 370 : 420}" src="${escape(source)}" frameborder="0" allowfullscreen allow="${allow}"></iframe>`
}

const escape = (text: string) => text.replace(/&/g, '&amp;').replace(/"/g, '&quot;').replace(/</g, '&lt;')
