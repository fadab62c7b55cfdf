/** Checking that what another viewer sent is what the server published: the list of SHA-256 sums of a ladder. */

/** `{file name: {"first-last byte": sum}}` for files cut by byte ranges, `{file name: sum}` for whole segment files. */
type Sums = Record<string, string | Record<string, string>>

/** How often the list is fetched again for a piece that it does not name: a film that is still encoded grows. */
const MOST_FETCHES = 4

/** The last part of an address, without its query. */
function nameOf(url: string): string {
  return new URL(url, 'http://x').pathname.split('/').pop() ?? ''
}

/** Writes bytes as the list does. */
function hex(bytes: ArrayBuffer): string {
  return [...new Uint8Array(bytes)].map((b) => b.toString(16).padStart(2, '0')).join('')
}

/**
 * Makes the check. The list is fetched once, and again (up to four times in a row) when a piece is not in it.
 * A piece that the list does not know, or whose sum is another, is refused: it is then fetched from the server.
 */
export function integrityCheck(
  listUrl: string,
  get: (url: string) => Promise<unknown> = async (url) => (await fetch(url)).json(),
): (url: string, first: number | undefined, data: ArrayBuffer) => Promise<boolean> {
  let sums: Promise<Sums> | null = null
  let fetches = 0
  const load = (): Promise<Sums> => {
    fetches += 1
    return get(listUrl).then(
      (list) => (typeof list === 'object' && list !== null ? (list as Sums) : {}),
      () => ({}),
    )
  }
  const find = (list: Sums, url: string, range: string | null): string | undefined => {
    const entry = list[nameOf(url)]
    if (typeof entry === 'string') return range === null ? entry : undefined
    return range === null ? undefined : entry?.[range]
  }
  return async (url, first, data) => {
    const range = first === undefined ? null : `${first}-${first + data.byteLength - 1}`
    sums ??= load()
    let wanted = find(await sums, url, range)
    while (wanted === undefined && fetches < MOST_FETCHES) {
      sums = load()
      wanted = find(await sums, url, range)
    }
    if (wanted === undefined) return false
    fetches = 0
    return hex(await crypto.subtle.digest('SHA-256', data)) === wanted
  }
}
