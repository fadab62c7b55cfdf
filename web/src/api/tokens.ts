/** What the server gave at sign-in; kept in localStorage, so that all tabs share it. */
export interface Tokens {
  access: string
  refresh: string
}

const KEY = 'kiosque.tokens'
/** Without the Web Locks API (plain http), a lease in localStorage does for as long as a refresh may take. */
const LEASE_KEY = 'kiosque.refreshing'
const LEASE = 8_000

export function readTokens(): Tokens | null {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? 'null') as Tokens | null
  } catch {
    return null
  }
}

export function writeTokens(tokens: Tokens | null): void {
  if (tokens) localStorage.setItem(KEY, JSON.stringify(tokens))
  else localStorage.removeItem(KEY)
}

/** Calls back when another tab signs in or out. */
export function onTokensChanged(changed: (signedIn: boolean) => void): void {
  addEventListener('storage', (event) => {
    if (event.key !== KEY) return
    if ((event.oldValue === null) !== (event.newValue === null)) changed(event.newValue !== null)
  })
}

/** Runs `task` while no other tab of this site runs one. */
export async function oneTabAtATime<T>(task: () => Promise<T>): Promise<T> {
  if ('locks' in navigator) return (await navigator.locks.request(LEASE_KEY, task)) as T
  while (Number(localStorage.getItem(LEASE_KEY) ?? 0) > Date.now()) await new Promise((done) => setTimeout(done, 100))
  localStorage.setItem(LEASE_KEY, String(Date.now() + LEASE))
  try {
    return await task()
  } finally {
    localStorage.removeItem(LEASE_KEY)
  }
}
