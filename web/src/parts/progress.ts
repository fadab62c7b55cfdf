import type { Progress, RenditionProgress } from '../api/types'
import { percent, timeLeft } from '../i18n/format'
import { t, tMaybe } from '../i18n/index.svelte'

export interface Badge {
  kind: 'good' | 'warn' | 'bad' | 'away'
  text: string
}

/** The state of a video in a few words; null (wholly ready) is "online". */
export function badge(progress: Progress | null): Badge {
  switch (progress?.stage) {
    case undefined:
    case 'ready':
      return { kind: 'good', text: t('state.online') }
    case 'failed':
      return { kind: 'bad', text: t('state.failed') }
    case 'paused':
      return { kind: 'warn', text: t('state.paused') }
    case 'queued':
      return { kind: 'away', text: progress.queuePosition ? t('state.queuedAt', { n: progress.queuePosition }) : t('state.queued') }
    case 'encoding':
      return { kind: 'away', text: encoding(progress) }
    case 'probing':
      return { kind: 'away', text: t('state.probing') }
  }
}

function encoding(progress: Progress): string {
  const now = progress.renditions.filter((one) => one.state === 'encoding').sort((a, b) => b.resolution.id - a.resolution.id)[0]
  if (!now) return t('state.encoding')
  const left = progress.secondsLeft ?? now.secondsLeft
  return left === null ? t('state.encodingOne', { rung: now.resolution.label }) : t('state.encodingLeft', { rung: now.resolution.label, time: timeLeft(left) })
}

/** Why it failed and what to do, in the reader's language where the reason has a name. */
export function reason(progress: Progress): string {
  return tMaybe(`reason.${progress.reasonCode ?? ''}`, progress.reason ?? t('reason.internal'))
}

/** How far one quality is. */
export function rendition(one: RenditionProgress): string {
  if (one.state === 'ready') return t(one.copied ? 'state.copied' : 'state.ready')
  if (one.state === 'waiting') return t('state.waiting')
  if (one.state === 'stopped') return t('state.stopped')
  return one.secondsLeft === null ? t('state.doneOnly', { percent: percent(one.done) }) : t('state.done', { percent: percent(one.done), time: timeLeft(one.secondsLeft) })
}
