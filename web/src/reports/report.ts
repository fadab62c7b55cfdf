import { api } from '../api/client'
import type { PredefinedReason } from '../api/types'
import { parseTime } from '../player/time'

/** What somebody reports. `id` of a video is its UUID. */
export type Target = { kind: 'video'; id: string; name: string; time?: () => number; length: number; password?: string | null } | { kind: 'comment'; id: number; name: string } | { kind: 'account'; id: number; name: string }

const OF_ALL: PredefinedReason[] = ['violentOrRepulsive', 'hatefulOrAbusive', 'spamOrMisleading', 'privacy', 'rights', 'serverRules']
/** The reasons that fit what is reported. */
export const reasonsFor = (kind: Target['kind']): PredefinedReason[] => (kind === 'video' ? [...OF_ALL, 'thumbnails', 'captions'] : OF_ALL)

/** The part of a film from two texts such as `1:05`; null where a text is no time, or the end not behind the start. */
export function partOf(from: string, until: string): { startAt?: number; endAt?: number } | null {
  const read = (text: string) => (text.trim() === '' ? undefined : parseTime(text.trim()))
  const [startAt, endAt] = [read(from), read(until)]
  if (startAt === null || endAt === null) return null
  if (endAt !== undefined && endAt <= (startAt ?? 0)) return null
  return { ...(startAt === undefined ? {} : { startAt: Math.floor(startAt) }), ...(endAt === undefined ? {} : { endAt: Math.floor(endAt) }) }
}

/** Sends a report. */
export function send(target: Target, reason: string, predefinedReasons: PredefinedReason[], part: object = {}): Promise<void> {
  return api.post('/abuses', { reason, predefinedReasons, [target.kind]: { id: target.id, ...part } })
}
