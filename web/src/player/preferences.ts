/** What the player remembers on this device. Nothing of it leaves the device. */

/** The reader's choices. `captions` is a language, or null for none; `p2p` null until the reader decides. */
export interface Preferences {
  volume: number
  muted: boolean
  speed: number
  captions: string | null
  theatre: boolean
  resume: boolean
  next: boolean
  /** Goes on with the next film of a playlist. */
  nextInList: boolean
  p2p: boolean | null
}

const KEY = 'kiosque.player'
const DEFAULTS: Preferences = {
  volume: 1,
  muted: false,
  speed: 1,
  captions: null,
  theatre: false,
  resume: true,
  next: false,
  nextInList: true,
  p2p: null,
}

/** The part of `localStorage` that is used; a browser may forbid it, then nothing is remembered. */
export type Store = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>

/** The store of this browser, or null where it is forbidden. */
export function deviceStore(): Store | null {
  try {
    return window.localStorage
  } catch {
    return null
  }
}

/** Reads what was remembered. Unknown or wrong values are dropped. */
export function readPreferences(store: Store | null): Preferences {
  try {
    const saved: unknown = JSON.parse(store?.getItem(KEY) ?? '{}')
    const kept = Object.entries(saved ?? {}).filter(([name, value]) => {
      if (!(name in DEFAULTS)) return false
      if (name === 'p2p') return typeof value === 'boolean'
      if (name === 'captions') return value === null || typeof value === 'string'
      return typeof value === typeof DEFAULTS[name as keyof Preferences]
    })
    return { ...DEFAULTS, ...Object.fromEntries(kept) }
  } catch {
    return { ...DEFAULTS }
  }
}

/** Remembers some choices beside those that were. Returns all of them. */
export function remember(store: Store | null, some: Partial<Preferences>): Preferences {
  const all = { ...readPreferences(store), ...some }
  try {
    store?.setItem(KEY, JSON.stringify(all))
  } catch {
    // A full or forbidden store: the choice holds for this page.
  }
  return all
}

/** Whether viewers share now: never on a connection that is paid by volume, else as the reader or the kiosque decided. */
export function sharesNow(chosen: boolean | null, byDefault: boolean, connection: Connection | undefined): boolean {
  if (connection?.saveData || connection?.type === 'cellular') return false
  return chosen ?? byDefault
}

/** The part of `navigator.connection` that matters (not in every browser). */
export interface Connection {
  saveData?: boolean
  type?: string
}

/** The connection of this browser, where it says. */
export function thisConnection(): Connection | undefined {
  return (navigator as Navigator & { connection?: Connection }).connection
}
