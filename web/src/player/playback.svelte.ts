import { browserEngine, hlsEngine, type Engine, type EngineEars, type Failure } from './engine'
import { type Span } from './chapters'
import { nextSpeed } from './keys'
import { deviceStore, readPreferences, remember, sharesNow, thisConnection, type Preferences } from './preferences'
import { rungs, type Quality } from './quality'
import { canShare, NOTHING_SHARED, type Sharing } from './sharing'
import { filesOf, isPlayable, sourceOf, thisBrowser, type Browser, type Playable } from './source'

/** What the page gives besides the video. */
export interface PlaybackOptions {
  /** The token of a private video; asked again when it ran out. Null for public ones. */
  token: () => Promise<string | null>
  /** Reads the video again: its files may have new names. */
  refresh: () => Promise<Playable>
  /** Where to begin and to stop, in seconds. */
  start: number
  stop: number | null
  /** Whether viewers share unless they say otherwise: `/config` `defaults.p2p`. */
  sharesByDefault: boolean
  /** An embedding page decides instead of the reader. */
  sharesAsked?: boolean
  stunServers: string[]
}

/**
 * One film being played: what is shown, heard and loaded, as reactive fields, and what can be done with it.
 * It owns the `video` element's behaviour; `Player.svelte` draws it.
 */
export class Playback {
  paused = $state(true)
  ended = $state(false)
  /** The picture waits for bytes. */
  waiting = $state(false)
  /** Nothing was played yet: the poster is shown and nothing is loaded. */
  untouched = $state(true)
  time = $state(0)
  duration = $state(0)
  loaded = $state.raw<Span[]>([])
  volume = $state(1)
  muted = $state(false)
  speed = $state(1)
  loop = $state(false)
  quality = $state<Quality>('auto')
  /** Lines of the picture shown now. */
  showing = $state<number | null>(null)
  /** The film is being encoded and ends here for now, in seconds. */
  growing = $state<number | null>(null)
  failure = $state<Failure | null>(null)
  sharing = $state.raw<Sharing>(NOTHING_SHARED)
  /** Whether viewers share here: null where this film or this browser cannot. */
  shares = $state<boolean | null>(null)
  /** The connection is paid by volume: nothing is shared, whatever was chosen. */
  metered = $state(false)
  /** The browser has a small window for films. */
  hasPicture = $state(false)
  video = $state.raw<Playable>({ uuid: '', duration: 0 })
  /** A sharper picture than at the beginning is ready: its lines. Null when there is none to change to. */
  sharper = $state<number | null>(null)

  readonly rungs = $derived(rungs(filesOf(this.video), this.video.duration))
  readonly audioOnly = $derived(this.quality === 0 || (this.rungs.length > 0 && this.rungs.every((r) => r.resolution === 0)))

  preferences: Preferences = readPreferences(deviceStore())

  private element: HTMLVideoElement | null = null
  private engine: Engine | null = null
  /** The reader wants to see it, whether it can go on now or not. */
  private wanted = false
  /** Ways of playing that this browser turned out not to have. */
  private failed: Partial<Browser> = {}
  private newFiles = false
  private retries = 0
  private retryTimer: ReturnType<typeof setTimeout> | undefined
  private starting = 0
  /** Where to stop is passed once: who goes on then sees the rest. */
  private stop: number | null
  private jumpListeners: ((time: number) => void)[] = []

  constructor(
    video: Playable,
    private readonly options: PlaybackOptions,
  ) {
    this.video = video
    this.stop = options.stop
    this.duration = video.duration
    this.time = options.start
    this.volume = this.preferences.volume
    this.muted = this.preferences.muted
    this.speed = this.preferences.speed
    this.metered = !sharesNow(true, true, thisConnection())
    const playlist = video.streamingPlaylists?.[0]
    const trackers = (video.trackerUrls ?? []).filter((url) => /^wss?:/.test(url))
    const possible = canShare(trackers, playlist?.segmentsSha256Url ?? null) && thisBrowser().mse && !thisBrowser().apple
    const chosen = options.sharesAsked ?? this.preferences.p2p
    this.shares = possible ? sharesNow(chosen, options.sharesByDefault, thisConnection()) : null
  }

  /** Calls back at every jump of the reader. */
  onJump(heard: (time: number) => void): void {
    this.jumpListeners.push(heard)
  }

  /** Takes the element. Nothing is fetched before the reader plays. Returns what lets go of it. */
  attach(element: HTMLVideoElement): () => void {
    this.element = element
    this.hasPicture = document.pictureInPictureEnabled === true && !element.disablePictureInPicture
    element.volume = this.volume
    element.muted = this.muted
    element.defaultPlaybackRate = element.playbackRate = this.speed
    const on: [string, () => void][] = [
      ['play', () => ((this.paused = false), (this.ended = false))],
      ['pause', () => (this.paused = true)],
      ['ended', () => (this.ended = true)],
      ['waiting', () => (this.waiting = true)],
      ['playing', () => ((this.waiting = false), (this.failure = null), (this.retries = 0))],
      ['canplay', () => (this.waiting = false)],
      ['timeupdate', () => this.moved()],
      ['seeking', () => (this.time = element.currentTime)],
      ['seeked', () => this.jumpListeners.forEach((heard) => heard(element.currentTime))],
      ['durationchange', () => this.measure()],
      ['progress', () => this.measure()],
      ['volumechange', () => ((this.volume = element.volume), (this.muted = element.muted))],
      ['ratechange', () => (this.speed = element.playbackRate)],
    ]
    for (const [name, heard] of on) element.addEventListener(name, heard)
    const online = () => this.failure === 'network' && this.retry()
    addEventListener('online', online)
    return () => {
      removeEventListener('online', online)
      for (const [name, heard] of on) element.removeEventListener(name, heard)
      clearTimeout(this.retryTimer)
      this.starting += 1
      this.engine?.destroy()
      this.engine = null
      this.element = null
    }
  }

  /** Fetches the player's machinery before it is asked for: when the reader's hand is near, unless bytes are dear. */
  warm(): void {
    if (this.metered || thisBrowser().apple || !thisBrowser().mse) return
    void import('hls.js/light').catch(() => undefined)
    if (this.shares) void import('p2p-media-loader-hlsjs').catch(() => undefined)
  }

  /** Plays; the first time it fetches what it needs for that. */
  async play(): Promise<void> {
    if (!this.element) return
    this.wanted = true
    if (this.untouched) {
      this.untouched = false
      this.waiting = true
      await this.load(this.time)
    } else if (this.newFiles) {
      await this.reload()
    }
    if (this.ended && this.element.ended && !this.loop) this.element.currentTime = 0
    await this.element.play().catch((error: unknown) => {
      // A browser that wants the reader's own hand: the button is there.
      if (error instanceof DOMException && error.name === 'NotAllowedError') this.paused = true
    })
  }

  pause(): void {
    this.wanted = false
    this.element?.pause()
  }

  toggle(): void {
    if (this.paused) void this.play()
    else this.pause()
  }

  /** Goes to a second of the film, at most to where it is encoded. */
  seek(to: number): void {
    const end = this.growing === null ? this.duration : Math.max(0, this.growing - 1)
    const time = Math.min(Math.max(0, to), Math.max(0, end))
    this.time = time
    if (this.untouched) return
    if (this.newFiles) void this.reload()
    if (this.element) this.element.currentTime = time
  }

  skip(seconds: number): void {
    this.seek((this.untouched ? this.time : (this.element?.currentTime ?? this.time)) + seconds)
  }

  setVolume(volume: number): void {
    if (!this.element) return
    this.element.volume = Math.min(1, Math.max(0, volume))
    this.element.muted = this.element.volume === 0
    this.keep({ volume: this.element.volume, muted: this.element.muted })
  }

  toggleMuted(): void {
    if (!this.element) return
    this.element.muted = !this.element.muted
    if (!this.element.muted && this.element.volume === 0) this.element.volume = 0.5
    this.keep({ volume: this.element.volume, muted: this.element.muted })
  }

  setSpeed(speed: number): void {
    if (!this.element) return
    this.element.defaultPlaybackRate = this.element.playbackRate = speed
    this.keep({ speed })
  }

  stepSpeed(step: 1 | -1): void {
    // From the element: the event that tells of the last change may still be on its way.
    this.setSpeed(nextSpeed(this.element?.playbackRate ?? this.speed, step))
  }

  /** One picture back or on, while paused. */
  stepFrame(step: 1 | -1): void {
    const fps = filesOf(this.video)[0]?.fps || 25
    if (this.paused) this.skip(step / fps)
  }

  /** Shows another quality, as soon as it can without losing the place. */
  async choose(quality: Quality): Promise<void> {
    const wasOnlySound = this.quality === 0
    this.quality = quality
    if (this.untouched) return
    if (!wasOnlySound && !this.newFiles && this.engine?.choose(quality)) return
    await this.reload()
  }

  /** Shares with other viewers, or not any more; remembered on this device. */
  async share(yes: boolean): Promise<void> {
    this.keep({ p2p: yes })
    if (this.shares === null || this.shares === yes) return
    this.shares = yes && !this.metered
    this.sharing = NOTHING_SHARED
    if (!this.untouched) await this.reload()
  }

  /** Tries again after a failure: files and token are read anew if they were the reason. */
  async retry(): Promise<void> {
    const failure = this.failure
    this.failure = null
    this.waiting = true
    clearTimeout(this.retryTimer)
    if (failure === 'network' && this.engine) {
      this.engine.retry()
    } else {
      this.video = await this.options.refresh().catch(() => this.video)
      await this.reload()
    }
    await this.element?.play().catch(() => undefined)
  }

  /** The server has more of the film now: taken at the next pause, jump or choice, not in the middle of a scene. */
  update(video: Playable): void {
    const before = this.video.streamingPlaylists?.[0]
    const now = video.streamingPlaylists?.[0]
    const another = now !== undefined && (now.playlistUrl !== before?.playlistUrl || now.files.length !== before.files.length)
    const best = Math.max(0, ...this.rungs.map((rung) => rung.resolution))
    this.video = video
    if (this.untouched && this.growing === null) this.duration = video.duration
    if (!another || this.untouched) return
    this.newFiles = true
    const sharpest = Math.max(0, ...this.rungs.map((rung) => rung.resolution))
    if (sharpest > Math.max(best, this.showing ?? 0)) this.sharper = sharpest
  }

  /** Changes to the sharper picture now, with the short break that takes. */
  async takeSharper(): Promise<void> {
    await this.reload()
  }

  /** Remembers a choice on this device. */
  keep(some: Partial<Preferences>): void {
    this.preferences = remember(deviceStore(), some)
  }

  private moved(): void {
    const element = this.element
    if (!element || this.untouched) return
    this.time = element.currentTime
    this.measure()
    if (this.stop !== null && element.currentTime >= this.stop && !element.paused) {
      if (this.loop) {
        element.currentTime = this.options.start
        return
      }
      this.stop = null
      element.pause()
      this.ended = true
    }
  }

  private measure(): void {
    const element = this.element
    if (!element) return
    const whole = Number.isFinite(element.duration) && element.duration > 0 ? element.duration : this.video.duration
    this.duration = this.growing === null ? whole : Math.max(this.video.duration, this.growing)
    const spans: Span[] = []
    for (let i = 0; i < element.buffered.length; i += 1) spans.push([element.buffered.start(i), element.buffered.end(i)])
    this.loaded = spans
  }

  private async reload(): Promise<void> {
    const element = this.element
    if (!element) return
    const playing = !element.paused
    this.newFiles = false
    this.sharper = null
    await this.load(this.time)
    if (playing) await element.play().catch(() => undefined)
  }

  private async load(start: number): Promise<void> {
    const element = this.element
    if (!element) return
    const mine = (this.starting += 1)
    this.engine?.destroy()
    this.engine = null
    this.failure = null
    if (!isPlayable(this.video)) this.video = await this.options.refresh().catch(() => this.video)
    const token = await this.options.token().catch(() => null)
    const source = sourceOf(this.video, { ...thisBrowser(), ...this.failed }, this.quality, token)
    if (mine !== this.starting) return
    if (source.by === 'none') {
      this.failure = 'unsupported'
      return
    }
    if (source.by === 'browser') {
      this.engine = browserEngine(element, source.url, start, this.ears())
      return
    }
    const share =
      this.shares && canShare(source.trackers, source.sha256Url)
        ? {
            uuid: this.video.uuid,
            trackers: source.trackers,
            sha256Url: source.sha256Url,
            stunServers: this.options.stunServers,
            mayUpload: !this.metered,
          }
        : null
    const request = { url: source.url, start, quality: this.quality, share }
    const engine = await hlsEngine(element, request, this.ears()).catch((error: unknown) => {
      // A browser too old for the script: it plays the file.
      if (mine === this.starting) this.ears().failed(error instanceof SyntaxError ? 'unsupported' : 'network')
      return null
    })
    if (!engine) return
    if (mine !== this.starting) engine.destroy()
    else this.engine = engine
  }

  /** Gives up the way of playing that just failed. False when it was the last one. */
  private stepDown(): boolean {
    const browser = { ...thisBrowser(), ...this.failed }
    if (!browser.apple && !browser.mse) return false
    this.failed = browser.apple ? { ...this.failed, apple: false } : { ...this.failed, mse: false }
    this.waiting = true
    // Not asked of the element: a source that fails pauses it.
    void this.load(this.time).then(async () => {
      if (this.wanted) await this.element?.play().catch(() => undefined)
    })
    return true
  }

  private ears(): EngineEars {
    return {
      showing: (lines) => (this.showing = lines),
      growing: (until) => {
        this.growing = until
        this.measure()
      },
      failed: (why) => {
        // A browser that promised more than it can: the next way of playing is tried, down to the plain file.
        if (why === 'unsupported' && this.stepDown()) return
        // Files get new names when a rendition is added: that is no failure for the reader.
        if (why === 'gone' && this.retries < 3) {
          this.retries += 1
          this.failure = why
          this.waiting = true
          this.retryTimer = setTimeout(() => void this.retry(), this.retries * 500)
          return
        }
        this.failure = why
        this.waiting = false
        clearTimeout(this.retryTimer)
        // The network comes back by itself; new names of files need no hand either.
        if (why === 'network') this.retryTimer = setTimeout(() => void this.retry(), 8000)
      },
      stuck: () => {
        // Whatever is wrong with sharing, the film goes on without it.
        if (!this.shares) return
        this.shares = false
        void this.load(this.time).then(async () => {
          if (this.wanted) await this.element?.play().catch(() => undefined)
        })
      },
      shared: (sharing) => (this.sharing = sharing),
    }
  }
}
