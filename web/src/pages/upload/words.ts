/** The sentences of the upload page: what happens to a file, how much, how long, what to do. */

import { number, size, timeLeft } from '../../i18n/format'
import { t, tMaybe } from '../../i18n/index.svelte'
import { isActive, type Item } from '../../upload/item'
import type { Pace } from '../../upload/pace'

/** How a file stands: its badge, a sentence, and what the reader can do about it. */
export interface Look {
  kind: 'good' | 'away' | 'wait' | 'warn' | 'bad'
  badge: string
  sentence: string
  advice: string
  /** Trying again may help, without another file. */
  retry: boolean
}

const plain = (kind: Look['kind'], badge: string, sentence = '', advice = ''): Look => ({ kind, badge, sentence, advice, retry: false })

/** The state of a file in words. */
export function look(item: Item): Look {
  switch (item.stage) {
    case 'waiting':
      return plain('wait', t('upload.badge.waiting'))
    case 'checking':
      return plain('away', t('upload.badge.sending'))
    case 'sending':
      return plain('away', t('upload.badge.sending'))
    case 'cut':
      return plain('warn', t('upload.badge.cut'), t('upload.say.cut'))
    case 'paused':
      return plain('wait', t('upload.badge.paused'))
    case 'missing':
      return plain('warn', t('upload.badge.missing'), item.handle ? t('upload.say.missingHandle') : t('upload.say.missing'))
    case 'refused':
      return refused(item)
    case 'received':
      return received(item)
  }
}

function refused(item: Item): Look {
  const reason = item.reason ?? 'unknown'
  const retry = !['empty', 'too-large', 'not-media', 'damaged', 'unsupported', 'unreadable', 'changed'].includes(reason)
  const sentence = reason === 'unknown' && item.detail ? t('upload.refused.unknownWith', { detail: item.detail }) : t(`upload.refused.${reason}`)
  return { kind: 'bad', badge: t(`upload.badge.refused.${reason}`), sentence, advice: t(`upload.advice.${reason}`), retry }
}

function received(item: Item): Look {
  const progress = item.progress
  if (!progress || progress.stage === 'probing') {
    return plain('away', t('upload.badge.probing'), t('upload.say.probing'))
  }
  if (progress.stage === 'failed') {
    // The known reasons say what to do as well.
    const known = tMaybe(`reason.${progress.reasonCode ?? ''}`, '')
    if (known) return plain('bad', t('upload.badge.failed'), known)
    return plain('bad', t('upload.badge.failed'), progress.reason ?? t('upload.say.failed'), t('upload.advice.failed'))
  }
  if (progress.stage === 'ready') return plain('good', t('upload.badge.ready'), t('upload.say.ready'))
  const best = [...progress.renditions].filter((r) => r.state === 'ready').sort((a, b) => b.resolution.id - a.resolution.id)[0]
  if (progress.playable) {
    return plain(
      'good',
      t('upload.badge.playable'),
      best && best.resolution.id > 0 ? t('upload.say.playableIn', { label: best.resolution.label }) : t('upload.say.playable'),
    )
  }
  if (progress.stage === 'paused') return plain('wait', t('upload.badge.pausedThere'), t('upload.say.pausedThere'))
  if (progress.stage === 'queued' && progress.queuePosition) {
    return plain('wait', t('upload.badge.queued'), t('upload.say.queued', { n: progress.queuePosition }))
  }
  const left = progress.secondsLeft === null ? '' : t('upload.say.encodingLeft', { left: timeLeft(progress.secondsLeft) })
  return plain('away', t('upload.badge.encoding'), [t('upload.say.encoding'), left].filter(Boolean).join(' '))
}

/** A speed: "8 Mo/s". */
function speedWords(bytesPerSecond: number): string {
  return t('upload.speed', { size: size(bytesPerSecond) })
}

/** What stands after the percentage of a file that is being sent. */
export function progressWords(item: Item, pace: Pace): string {
  const amounts = t('upload.sent', { sent: size(item.received), all: size(item.size) })
  if (item.stage === 'paused') return `${amounts} ${t('upload.nothingLost')}`
  if (item.stage !== 'sending') return amounts
  const [speed, left] = [pace.speed(), pace.secondsLeft(item.size - item.received)]
  if (speed === null || left === null) return amounts
  return `${amounts} ${t('upload.left', { left: timeLeft(left), speed: speedWords(speed) })}`
}

/** When a waiting file will go, as far as anyone knows. */
export function waitWords(item: Item, items: readonly Item[], pace: Pace): string {
  const before = items.slice(0, Math.max(0, items.findIndex((one) => one.key === item.key))).filter((one) => one.stage === 'waiting')
  const active = items.find(isActive)
  const bytes = [active, ...before].reduce((sum, one) => sum + (one ? one.size - one.received : 0), 0)
  const left = pace.secondsLeft(bytes)
  const place = before.length + (active ? 1 : 0)
  const when =
    left === null || active?.stage === 'cut'
      ? place <= 1
        ? t('upload.wait.next')
        : t('upload.wait.place', { place: number(place) })
      : place <= 1
        ? t('upload.wait.nextIn', { left: timeLeft(left) })
        : t('upload.wait.in', { left: timeLeft(left) })
  return `${when} ${t('upload.wait.title')}`
}
