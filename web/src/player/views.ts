/** Telling the server that someone watches, as PeerTube's player does: the place now and then, and each jump. */

/** What is sent. */
export interface ViewBody {
  currentTime: number
  viewEvent?: 'seek'
  sessionId: string
}

/** Sends to `POST /videos/{id}/views`. A view that does not arrive is no error for the reader. */
export type SendView = (body: ViewBody, leaving: boolean) => Promise<unknown>

/**
 * Reports the playback of one video. `tick` is called often (on every `timeupdate`); something is sent at the first
 * second and then once per interval, but never twice for the same place.
 */
export class Views {
  private lastSent = -Infinity
  private lastPlace = -1

  constructor(
    private readonly send: SendView,
    private readonly sessionId: string,
    /** Milliseconds between two reports: `/config` `views.videos.watchingInterval`. */
    private readonly interval: number,
  ) {}

  /** Called while the film runs; `now` in milliseconds. */
  tick(currentTime: number, now: number): void {
    if (now - this.lastSent < this.interval) return
    this.report(currentTime, now)
  }

  /** Called when the reader has jumped. */
  seek(currentTime: number, now: number): void {
    // Before the first report a jump is the start time of the link, not an act of the reader.
    if (this.lastSent === -Infinity) return
    this.report(currentTime, now, 'seek')
  }

  /** Called at a pause, at the end and when the page is left. */
  leave(currentTime: number, now: number): void {
    if (this.lastSent === -Infinity) return
    this.report(currentTime, now, undefined, true)
  }

  private report(currentTime: number, now: number, viewEvent?: 'seek', leaving = false): void {
    const place = Math.floor(currentTime)
    if (place === this.lastPlace && !viewEvent) return
    this.lastSent = now
    this.lastPlace = place
    const body: ViewBody = { currentTime: place, sessionId: this.sessionId }
    if (viewEvent) body.viewEvent = viewEvent
    this.send(body, leaving).catch(() => undefined)
  }
}

/** A name for this sitting, kept while the tab is open so that one person counts once. */
export function sittingId(store: Pick<Storage, 'getItem' | 'setItem'> | null, random: () => string): string {
  try {
    const known = store?.getItem('kiosque.sitting')
    if (known) return known
    const made = random()
    store?.setItem('kiosque.sitting', made)
    return made
  } catch {
    return random()
  }
}
