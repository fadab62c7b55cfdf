/** How fast bytes leave and how long the rest takes, said honestly. */

/** Only the last seconds count: a network changes. */
const WINDOW_MS = 20_000
/** Before that many milliseconds of sending no speed is shown: the first chunks say little. */
const ENOUGH_MS = 2_500

/** Measures the speed of an upload over its last seconds. Times in milliseconds, amounts in bytes. */
export class Pace {
  private marks: { at: number; bytes: number }[] = []

  /** Notes how much had left at a moment. */
  note(bytes: number, at: number): void {
    this.marks.push({ at, bytes })
    const oldest = at - WINDOW_MS
    // The last mark before the window stays, so that a slow network still has two.
    while (this.marks.length > 2 && (this.marks[1]?.at ?? at) < oldest) this.marks.shift()
  }

  /** Forgets: after a pause or a cut the time without sending is nobody's speed. */
  rest(): void {
    this.marks = []
  }

  /** Bytes per second, or null as long as nobody can know. */
  speed(): number | null {
    const [first, last] = [this.marks[0], this.marks[this.marks.length - 1]]
    if (!first || !last || last.at - first.at < ENOUGH_MS) return null
    const speed = ((last.bytes - first.bytes) / (last.at - first.at)) * 1000
    return speed > 0 ? speed : null
  }

  /** Seconds until `left` bytes are gone, or null. */
  secondsLeft(left: number): number | null {
    const speed = this.speed()
    return speed === null ? null : left / speed
  }
}

const MIB = 1024 * 1024
/** Chunks grow and shrink between these. */
export const CHUNK_FIRST = 8 * MIB
const CHUNK_LEAST = 256 * 1024
const CHUNK_MOST = 64 * MIB

/**
 * The size of the next chunk: what leaves in about three seconds, so that the bar moves, an interruption costs
 * little and a fast network is not held up by answers. `most` is the server's limit (0: none).
 */
export function nextChunk(size: number, milliseconds: number, most: number): number {
  const wanted = milliseconds > 0 ? (size / milliseconds) * 3000 : size * 2
  const bounded = Math.min(size * 2, CHUNK_MOST, Math.max(CHUNK_LEAST, size / 4, wanted))
  const limited = most > 0 ? Math.min(most, bounded) : bounded
  return Math.max(1, Math.floor(limited))
}
