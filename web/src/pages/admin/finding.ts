import type { Finding } from '../../api/types'
import { moment, size } from '../../i18n/format'
import { t, tMaybe, type Params } from '../../i18n/index.svelte'

/** What was looked at, in a word or two. */
export const title = (one: Finding) => tMaybe(`finding.${one.id}.title`, one.title)

/** What was found. */
export const sentence = (one: Finding) => tMaybe(`finding.${one.id}.${one.code}.is`, one.detail, written(one.params))

/** What to do about it; empty when there is nothing to do. */
export const todo = (one: Finding) => (one.todo ? tMaybe(`finding.${one.id}.${one.code}.todo`, one.todo, written(one.params)) : '')

/** The figures as the reader's language writes them. */
function written(params: Finding['params']): Params {
  return Object.fromEntries(
    Object.entries(params).map(([name, value]) => {
      if (name === 'free' || name === 'total') return [name, size(Number(value))]
      if (name === 'speed') return [name, t('upload.speed', { size: size(Number(value)) })]
      return [name, name === 'at' ? moment(String(value)) : value]
    }),
  )
}
