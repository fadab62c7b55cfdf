/** The whole screen and the small window. */

/** Old names of the same things (Safari, iPhone). */
interface OldVideo extends HTMLVideoElement {
  webkitEnterFullscreen?: () => void
}
interface OldElement extends HTMLElement {
  webkitRequestFullscreen?: () => void
}
interface OldDocument extends Document {
  webkitFullscreenElement?: Element | null
  webkitExitFullscreen?: () => void
}

/** How long the controls stay in full screen after the last movement. */
const IDLE_MS = 2500

/** Full screen and picture-in-picture of one player. */
export class Screen {
  full = $state(false)
  /** In full screen, nobody has moved for a while: the controls may go. */
  idle = $state(false)

  /** What takes the whole screen: the player, or what stays around it while one film follows another. */
  private stage: OldElement | null = null
  private video: OldVideo | null = null
  private timer: ReturnType<typeof setTimeout> | undefined

  /** Takes the player and its `video`. Returns what lets go of them. */
  attach(root: HTMLElement, video: HTMLVideoElement): () => void {
    const stage = (this.stage = root.closest<HTMLElement>('.stage') ?? root)
    this.video = video
    const changed = () => {
      const page = document as OldDocument
      this.full = (document.fullscreenElement ?? page.webkitFullscreenElement ?? null) === stage
      moved()
    }
    const moved = () => {
      this.idle = false
      clearTimeout(this.timer)
      if (this.full) this.timer = setTimeout(() => (this.idle = true), IDLE_MS)
    }
    const events: [EventTarget, string, () => void][] = [
      [document, 'fullscreenchange', changed],
      [document, 'webkitfullscreenchange', changed],
      [root, 'pointermove', moved],
      [root, 'keydown', moved],
      [root, 'focusin', moved],
    ]
    for (const [target, name, heard] of events) target.addEventListener(name, heard)
    changed()
    return () => {
      for (const [target, name, heard] of events) target.removeEventListener(name, heard)
      clearTimeout(this.timer)
    }
  }

  toggle(): void {
    const page = document as OldDocument
    if (this.full) {
      if (document.exitFullscreen) void document.exitFullscreen().catch(() => undefined)
      else page.webkitExitFullscreen?.()
    } else if (this.stage?.requestFullscreen) {
      void this.stage.requestFullscreen().catch(() => undefined)
    } else if (this.stage?.webkitRequestFullscreen) {
      this.stage.webkitRequestFullscreen()
    } else {
      // The iPhone gives the whole screen to films only.
      this.video?.webkitEnterFullscreen?.()
    }
  }

  togglePicture(): void {
    if (document.pictureInPictureElement) void document.exitPictureInPicture().catch(() => undefined)
    else void this.video?.requestPictureInPicture?.().catch(() => undefined)
  }
}
