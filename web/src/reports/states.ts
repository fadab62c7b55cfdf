import type { Report } from '../api/types'

/** How far a report is; PeerTube's numbers. */
export const PENDING = 1
export const REJECTED = 2
export const ACCEPTED = 3

/** The colour of a state. */
export const badgeOf = (state: number): 'warn' | 'good' | 'away' => (state === PENDING ? 'warn' : state === ACCEPTED ? 'good' : 'away')

/** What a report is about. */
export const kindOf = (report: Report): 'video' | 'comment' | 'account' => (report.video ? 'video' : report.comment ? 'comment' : 'account')

/** A state as messages name it. */
export const stateOf = (state: number): '1' | '2' | '3' => (state === REJECTED ? '2' : state === ACCEPTED ? '3' : '1')
