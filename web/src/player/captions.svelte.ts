/** Captions: read by the browser, shown by us, below nothing and over the picture where the reader asked for them. */

/** A caption file: its language (a BCP 47 tag), the language's name, its address. */
export interface CaptionTrack {
  language: string
  label: string
  src: string
}

/** Follows the text tracks of a `video` element. */
export class Captions {
  /** The language that is shown, null for none. */
  language = $state<string | null>(null)
  /** The lines to show now. */
  lines = $state.raw<string[]>([])

  private element: HTMLVideoElement | null = null

  constructor(wanted: string | null) {
    this.language = wanted
  }

  /** Takes the element, whose `track` children are already there. Returns what lets go of it. */
  attach(element: HTMLVideoElement): () => void {
    this.element = element
    const full = () => this.apply(true)
    const back = () => this.apply(false)
    // The iPhone's own full screen shows the film without our page: there the browser draws the captions.
    element.addEventListener('webkitbeginfullscreen', full)
    element.addEventListener('webkitendfullscreen', back)
    this.apply(false)
    return () => {
      element.removeEventListener('webkitbeginfullscreen', full)
      element.removeEventListener('webkitendfullscreen', back)
      this.element = null
    }
  }

  /** Shows a language, or none. */
  choose(language: string | null): void {
    this.language = language
    this.apply(false)
  }

  private apply(byBrowser: boolean): void {
    this.lines = []
    for (const track of this.element?.textTracks ?? []) {
      const wanted = track.language === this.language
      track.mode = wanted ? (byBrowser ? 'showing' : 'hidden') : 'disabled'
      track.oncuechange = wanted ? () => (this.lines = linesOf(track)) : null
      if (wanted) this.lines = linesOf(track)
    }
  }
}

/** The text of the cues that are on, without their marks, line by line. */
function linesOf(track: TextTrack): string[] {
  return [...(track.activeCues ?? [])].flatMap((cue) =>
    'getCueAsHTML' in cue ? ((cue as VTTCue).getCueAsHTML().textContent ?? '').split('\n') : [],
  )
}
