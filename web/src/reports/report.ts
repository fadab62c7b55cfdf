import { request } from '../api/client'
import type { PredefinedReason } from '../api/types'
import { parseTime } from '../player/time'

/** What somebody reports. `id` of a video is its UUID; `headers` open it where it has a password. */
export type Target =
  | { kind: 'video'; id: string; name: string; time?: () => number; headers: Record<string, string> }
  | { kind: 'comment'; id: number; name: string; headers: Record<string, string> }
  | { kind: 'account'; id: number; name: string }

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
  const body = { reason, predefinedReasons, [target.kind]: { id: target.id, ...part } }
  return request('POST', '/abuses', { body, headers: target.kind === 'account' ? {} : target.headers })
}
