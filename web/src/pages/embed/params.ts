/** What an embedding page can ask for in the address: the names are PeerTube's. */

import { parseTime } from '../../player/time'

/** The wishes of an embedding page. `null` leaves the choice to the reader or the kiosque. */
export interface EmbedParams {
  start: number | null
  stop: number | null
  loop: boolean
  autoplay: boolean
  muted: boolean
  controls: boolean
  title: boolean
  /** A sentence on what sharing with other viewers shows. */
  warningTitle: boolean
  /** A link to the page of the film. */
  link: boolean
  p2p: boolean | null
  /** The language of the captions. */
  subtitle: string | null
  speed: number | null
  /** The place in a playlist to begin at, from 1. */
  position: number
}

/** Reads the query of the address. Numbers and words for yes are both understood. */
export function readParams(query: URLSearchParams): EmbedParams {
  const yes = (name: string, otherwise: boolean): boolean => {
    const value = query.get(name)
    return value === null ? otherwise : value === '1' || value === 'true'
  }
  const speed = Number(query.get('playbackRate'))
  return {
    start: parseTime(query.get('start')),
    stop: parseTime(query.get('stop')),
    loop: yes('loop', false),
    autoplay: yes('autoplay', false),
    muted: yes('muted', false),
    controls: yes('controls', true) && yes('controlBar', true),
    title: yes('title', true),
    warningTitle: yes('warningTitle', true),
    link: yes('peertubeLink', true),
    p2p: query.has('p2p') ? yes('p2p', true) : null,
    subtitle: query.get('subtitle'),
    position: Math.max(1, Math.floor(Number(query.get('playlistPosition'))) || 1),
    speed: speed >= 0.25 && speed <= 4 ? speed : null,
  }
}
