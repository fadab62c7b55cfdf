import { lookAt } from '../../state/session.svelte'
import type { Film } from './load'

/** What the reader chose to see although it may hurt, until the page is closed. */
const lifted = new Set<string>()

/** Whether the reader is told what may hurt before the film is shown. */
export function isVeiled(film: Film): boolean {
  return lookAt(film) !== 'display' && !lifted.has(film.uuid)
}

export function lift(film: Film): void {
  lifted.add(film.uuid)
}
