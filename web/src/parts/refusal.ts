import { Problem } from '../api/problem'
import { duration } from '../i18n/format'
import { t } from '../i18n/index.svelte'

/** What the server refused, in the reader's words. Pages that know better what was asked say it themselves before. */
export function refusal(error: unknown): string {
  if (!(error instanceof Problem)) return String(error)
  switch (error.status) {
    case 0:
      return t('error.offline.text')
    case 401:
      return t('refusal.signedOut')
    case 403:
      return t('refusal.forbidden')
    case 404:
    case 410:
      return t('refusal.gone')
    case 409:
      return t('refusal.changed')
    case 413:
      return t('refusal.large')
    case 429:
      return t('signIn.tooMany', { time: duration(error.retryAfter ?? 60) })
    case 507:
      return t('refusal.diskFull')
    default:
      // The server's own words, in English, are better than none.
      return error.status >= 500 ? t('error.broken.text') : t('refusal.said', { detail: Object.values(error.invalidParams).join(' ') || error.detail })
  }
}
