/** A title from a file name: what a person would have typed. */

/** Names that cameras and programs give, alone or with a number: they say nothing, a date beside them does. */
const MACHINE =
  /^(?:vid|mov|mvi|img|dsc[fn]?|gopr|gh|gx|pxl|dji|wa|video|whatsapp|screen|recording|capture|signal|clip|mah|sam|trim|at|vlc|record)?\d*$/i
/** Words that speak of the file, not of the film. */
const TECHNICAL =
  /^[([{]?(?:\d{3,4}[pi](?:\d{2,3})?|[248]k|u?hd|fhd|x26[45]|h26[45]|hevc|avc1?|av1|aac|web-?dl|web-?rip|final(?:e)?|v\d{1,2}|export|rendu?|copie|copy|edit(?:ed)?)[)\]}]?$/i
/** A day, with or without a time after it: 20261121, 2026-11-21, 20261121_174502, 2026-11-21 at 17.45.02. */
const DAY =
  /(^|\D)((?:19|20)\d\d)([-_.]?)([01]\d)\3([0-3]\d)(?:[-_ T]?(?:at |à )?[0-2]\d[-_.:h]?[0-5]\d(?:[-_.:m]?[0-5]\d)?(?:\d{3})?)?(?!\d)/i

/** Titles hold 3 to 120 characters, as PeerTube's do. */
export const TITLE_LEAST = 3
export const TITLE_MOST = 120

/** Writes a day in words of the reader's language, or null when there is no such day. */
function dayInWords(year: number, month: number, day: number, locale: string): string | null {
  const date = new Date(Date.UTC(year, month - 1, day))
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return null
  return date.toLocaleDateString(locale, { dateStyle: 'long', timeZone: 'UTC' })
}

/**
 * Makes a title from a file name. Underscores and dots become spaces, words about the file go, a date is
 * written out. A name that a camera made becomes its date (`VID_20261121_174502.mp4`: "21 novembre 2026");
 * without a date the bare name stays, since that is how the volunteer knows it.
 */
export function titleFrom(fileName: string, locale: string): string {
  const bare = fileName.normalize('NFC').replace(/\.[a-z0-9]{2,5}$/i, '')
  const found = DAY.exec(bare)
  const day = found ? dayInWords(Number(found[2]), Number(found[4]), Number(found[5]), locale) : null
  const text = found && day ? `${bare.slice(0, found.index)}${found[1] ?? ''} ${bare.slice(found.index + found[0].length)}` : bare
  const spaced = / /.test(bare) ? text : text.replace(/(\p{L}{2,})-(?=\p{L}{2,})/gu, '$1 ')
  const words = spaced
    .replace(/\.(?=\S)/g, ' ')
    .split(/[\s_+]+/)
    .filter((word) => word !== '' && !TECHNICAL.test(word))
  const speaking = words.some((word) => !MACHINE.test(word.replace(/[()[\]{}\-–,]/g, '')))
  const said = words.join(' ').replace(/[([{]\s*[)\]}]/g, '').replace(/^[\s\-–,]+|[\s\-–,]+$/g, '')
  const title = speaking ? [said, day].filter(Boolean).join(', ') : (day ?? (bare.replace(/_+/g, ' ').trim() || bare))
  const tidy = title.charAt(0).toLocaleUpperCase(locale) + title.slice(1)
  return tidy.length > TITLE_MOST ? `${tidy.slice(0, TITLE_MOST - 1).trimEnd()}…` : tidy.padEnd(TITLE_LEAST, '…')
}
