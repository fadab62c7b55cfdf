/** Times in a film: how links write them, how the player shows them and how a screen reader says them. */

/**
 * Reads the start or stop time of a link: plain seconds (`90`, `90.5`), `1h2m3s` with any part left out,
 * or `1:02:03`. Returns null for anything else, so that a wrong link plays from the beginning.
 */
export function parseTime(text: string | null | undefined): number | null {
  const value = text?.trim().toLowerCase()
  if (!value) return null
  if (/^\d+(\.\d+)?s?$/.test(value)) return parseFloat(value)
  const units = /^(?:(\d+)h)?(?:(\d+)m(?:in)?)?(?:(\d+(?:\.\d+)?)s?)?$/.exec(value)
  if (units) return Number(units[1] ?? 0) * 3600 + Number(units[2] ?? 0) * 60 + Number(units[3] ?? 0)
  if (/^\d{1,3}(:[0-5]?\d){1,2}$/.test(value)) return value.split(':').reduce((sum, part) => sum * 60 + Number(part), 0)
  return null
}

/** Writes a time as links carry it: `1h2m3s`, without the parts that are zero. */
export function linkTime(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds))
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60]
  return `${h ? `${h}h` : ''}${m ? `${m}m` : ''}${s || whole === 0 ? `${s}s` : ''}`
}

/** Writes a time as clocks do: `9:05`, `1:12:40`. Hours appear only when they are there. */
export function clock(seconds: number): string {
  const whole = Number.isFinite(seconds) ? Math.max(0, Math.floor(seconds)) : 0
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60]
  const two = (n: number) => String(n).padStart(2, '0')
  return h ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`
}

/** A time code inside a text: where it starts, how long it is, the seconds it means. */
export interface TimeCode {
  index: number
  length: number
  seconds: number
}

/** Finds the time codes (`4:12`, `1:02:03`) of a text, those that stand alone as a word. */
export function timeCodes(text: string): TimeCode[] {
  // The character before is matched rather than looked behind at: Safari before 16.4 refuses the whole file otherwise.
  return [...text.matchAll(/(^|[^\d:.,/-])((?:(\d{1,2}):)?([0-5]?\d):([0-5]\d))(?![\d:/-])/g)].map((m) => ({
    index: m.index + (m[1] ?? '').length,
    length: (m[2] ?? '').length,
    seconds: Number(m[3] ?? 0) * 3600 + Number(m[4]) * 60 + Number(m[5]),
  }))
}
