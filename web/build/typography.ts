/** A message, or messages by name: a page's, or one message's plural forms. */
export type Message = string | Catalogue
export interface Catalogue {
  [key: string]: Message
}

const THIN = '\u202f'
const HARD = '\u00a0'

/** English: typographic apostrophes and quotes. */
export function english(text: string): string {
  return text.replace(/(\p{L})'/gu, '$1’')
}

/**
 * French: narrow no-break space before `; ! ?`, no-break space before `:`, inside « » and before units
 * and per cent, ’ for '. Addresses (`http://…`), times (`1:12`) and parameters (`{n}`) stay as they are.
 */
export function french(text: string): string {
  return text
    .replace(/'/g, '’')
    .replace(/ ?([;!?])(?=$|[\s»)])/g, `${THIN}$1`)
    .replace(/ (:)(?=$|\s)/g, `${HARD}$1`)
    .replace(/« ?/g, `«${HARD}`)
    .replace(/ ?»/g, `${HARD}»`)
    .replace(/(\d|\}) (%|Go|Mo|ko|Ko|h|min|s|°C|px|Mbit\/s)(?![\p{L}])/gu, `$1${HARD}$2`)
}
