/** Going on where one stopped: on this device for visitors; the server remembers for those who signed in. */

import type { Store } from './preferences'

const KEY = 'kiosque.places'
/** How many films are remembered; the oldest is forgotten first. */
const MOST = 100
/** Under this many seconds nothing was watched yet, and the same before the end all was. */
const EDGE = 15

type Places = Record<string, { at: number; when: number }>

function read(store: Store | null): Places {
  try {
    const saved: unknown = JSON.parse(store?.getItem(KEY) ?? '{}')
    return typeof saved === 'object' && saved !== null ? (saved as Places) : {}
  } catch {
    return {}
  }
}

/** Remembers the place in a film, or forgets it at its beginning and its end. `now` in milliseconds. */
export function keepPlace(store: Store | null, video: string, at: number, duration: number, now: number): void {
  const places = read(store)
  if (worthResuming(at, duration)) places[video] = { at: Math.floor(at), when: now }
  else delete places[video]
  const newest = Object.entries(places)
    .sort(([, a], [, b]) => b.when - a.when)
    .slice(0, MOST)
  try {
    store?.setItem(KEY, JSON.stringify(Object.fromEntries(newest)))
  } catch {
    // Nowhere to remember it.
  }
}

/** The place that this device remembers, in seconds. */
export function placeOf(store: Store | null, video: string): number | null {
  const at = read(store)[video]?.at
  return typeof at === 'number' && at > 0 ? at : null
}

/** Whether a place is neither the beginning nor the end. */
export function worthResuming(at: number, duration: number): boolean {
  return at >= EDGE && at < duration - EDGE
}

/** The second to begin at: what the link says, else where one stopped, else the beginning. */
export function startTime(asked: number | null, resume: boolean, places: (number | null | undefined)[], duration: number): number {
  if (asked !== null) return duration > 0 ? Math.min(asked, Math.max(0, duration - 1)) : asked
  if (!resume) return 0
  const place = places.find((p): p is number => typeof p === 'number' && p > 0)
  return place !== undefined && worthResuming(place, duration) ? place : 0
}
