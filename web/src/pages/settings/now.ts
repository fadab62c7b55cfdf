import { language } from '../../i18n/index.svelte'

/** The time of day, as sentences say it. */
export function now(): string {
  return new Date().toLocaleTimeString(language(), { timeStyle: 'short' })
}
