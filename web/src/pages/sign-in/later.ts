/** A page of this site to come back to once somebody has an account; remembered on this machine for a month, and used once. */
const KEY = 'kiosque.later'
const MONTH = 30 * 24 * 3600 * 1000

/** Whether an address is a path of this site: `//elsewhere` and `https://elsewhere` are none. */
export const isOurs = (path: string | null | undefined): path is string => typeof path === 'string' && /^\/(?![/\\])/.test(path)

export function comeBackTo(path: string, now = Date.now()): void {
  try {
    localStorage.setItem(KEY, JSON.stringify({ path, until: now + MONTH }))
  } catch {
    // Private windows may keep nothing: the link opens the page again.
  }
}

/** The page that was to come back to, forgotten with this. */
export function comeBack(now = Date.now()): string | null {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY) ?? 'null') as { path?: string; until?: number } | null
    localStorage.removeItem(KEY)
    return isOurs(kept?.path) && (kept?.until ?? 0) > now ? kept.path : null
  } catch {
    return null
  }
}
