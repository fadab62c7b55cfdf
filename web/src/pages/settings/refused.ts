import type { Problem } from '../../api/problem'
import { t } from '../../i18n/index.svelte'

/** A refusal of the present password, in the reader's words. */
export function refusedPassword(problem: Problem): string | undefined {
  return problem.status === 401 || problem.status === 403 || problem.code === 'current_password_is_invalid' ? t('settings.wrongPassword') : undefined
}
