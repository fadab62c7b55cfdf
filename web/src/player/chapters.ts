/** Chapters: the parts of the seek bar and the list under the player. */

import type { Chapter } from '../api/types'

/** One stretch of the film between two chapter marks. Times in seconds; `title` is empty without chapters. */
export interface Part {
  start: number
  end: number
  title: string
}

/** One piece of the bar: its length in seconds and how much of it is played and loaded, in percent. */
export interface BarPiece {
  len: number
  done: number
  got: number
}

/** A stretch of time that the browser holds, in seconds. */
export type Span = [start: number, end: number]

/**
 * Cuts a film into its chapters. The first part always begins at zero, marks outside of the film are left out
 * and two marks closer than a second are one: a bar cannot show less.
 */
export function parts(chapters: readonly Chapter[], duration: number): Part[] {
  if (!(duration > 0)) return []
  const marks = chapters
    .filter((c) => c.timecode >= 0 && c.timecode < duration)
    .sort((a, b) => a.timecode - b.timecode)
    .filter((c, i, all) => i === 0 || c.timecode - (all[i - 1]?.timecode ?? 0) >= 1)
  const starts: Chapter[] = marks[0]?.timecode === 0 ? marks : [{ timecode: 0, title: '' }, ...marks]
  return starts.map((c, i) => ({ start: c.timecode, end: starts[i + 1]?.timecode ?? duration, title: c.title }))
}

/** The part that is shown at a time, or undefined before the film is known. */
export function partAt(all: readonly Part[], time: number): Part | undefined {
  return [...all].reverse().find((part) => part.start <= time) ?? all[0]
}

/** How much of a part is covered from its beginning on, in percent. */
function covered(part: Part, until: number): number {
  const len = part.end - part.start
  return len > 0 ? Math.round(Math.min(1, Math.max(0, (until - part.start) / len)) * 1000) / 10 : 0
}

/** The end of what is loaded without a gap from a time on. */
export function loadedUntil(spans: readonly Span[], time: number): number {
  return spans.find(([start, end]) => start <= time + 0.5 && end >= time)?.[1] ?? time
}

/** The pieces of the bar for a moment of playback. */
export function barPieces(all: readonly Part[], time: number, loaded: readonly Span[]): BarPiece[] {
  const got = Math.max(time, loadedUntil(loaded, time))
  return all.map((part) => ({ len: part.end - part.start, done: covered(part, time), got: covered(part, got) }))
}
