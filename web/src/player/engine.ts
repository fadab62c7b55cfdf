/** What plays a source in a `video` element: hls.js, or the browser by itself. */

import type { ErrorData, Level } from 'hls.js'
import { levelFor, linesOf, type Quality } from './quality'
import { NOTHING_SHARED, sharingConfig, type Sharing, type SharingOptions } from './sharing'

/** Why a film stops. Each has a sentence and an act in the page. */
export type Failure = 'network' | 'gone' | 'forbidden' | 'decode' | 'unsupported'

/** What an engine tells. */
export interface EngineEars {
  /** The lines of the picture shown now, or null when nobody knows. */
  showing: (lines: number | null) => void
  /** The film is still being encoded and ends at this second for now; null: it is whole. */
  growing: (until: number | null) => void
  failed: (why: Failure) => void
  /** Sharing was on, and nothing of the film has come for a while. */
  stuck: () => void
  shared: (sharing: Sharing) => void
}

/** A running engine. */
export interface Engine {
  /** Changes the quality without a break. False: a new source is needed for it. */
  choose(quality: Quality): boolean
  /** Goes on after the network came back. */
  retry(): void
  destroy(): void
}

/** The first level: a picture at once, then up. 480 lines are about 1 Mbit/s. */
const FIRST_LINES = 480

/** Plays an address with the browser's own means. */
export function browserEngine(video: HTMLVideoElement, url: string, start: number, ears: EngineEars): Engine {
  const failed = () => {
    const code = video.error?.code
    ears.failed(code === MediaError.MEDIA_ERR_NETWORK ? 'network' : code === MediaError.MEDIA_ERR_DECODE ? 'decode' : 'unsupported')
  }
  const ready = () => {
    if (start > 0) video.currentTime = start
    ears.growing(video.duration === Infinity ? seekableEnd(video) : null)
  }
  const more = () => {
    if (video.duration === Infinity) ears.growing(seekableEnd(video))
    ears.showing(video.videoHeight > 0 ? linesOf(video.videoWidth, video.videoHeight) : null)
  }
  video.addEventListener('error', failed)
  video.addEventListener('loadedmetadata', ready)
  video.addEventListener('progress', more)
  video.src = url
  return {
    choose: () => false,
    retry: () => {
      start = video.currentTime
      video.load()
    },
    destroy: () => {
      video.removeEventListener('error', failed)
      video.removeEventListener('loadedmetadata', ready)
      video.removeEventListener('progress', more)
      video.removeAttribute('src')
      video.load()
    },
  }
}

function seekableEnd(video: HTMLVideoElement): number {
  return video.seekable.length > 0 ? video.seekable.end(video.seekable.length - 1) : 0
}

/** Milliseconds in which a first piece comes on any line that can carry a film, if nothing is wrong. */
const STUCK_MS = 8000

/** What hls.js is asked to play. `share` is null for the server alone. */
export interface HlsRequest {
  url: string
  start: number
  quality: Quality
  share: SharingOptions | null
}

/** Plays a playlist with hls.js, which is fetched now, and with other viewers if asked. */
export async function hlsEngine(video: HTMLVideoElement, request: HlsRequest, ears: EngineEars): Promise<Engine> {
  const [{ default: Hls }, sharing] = await Promise.all([
    import('hls.js/light'),
    // Without the other viewers everything comes from the server.
    request.share ? import('p2p-media-loader-hlsjs').catch(() => null) : null,
  ])
  const config = {
    // A playlist that grows is live to hls.js: it begins at its beginning all the same and never jumps to its end.
    startPosition: request.start,
    liveDurationInfinity: false,
    liveSyncDurationCount: 3,
    maxBufferLength: 30,
    backBufferLength: 60,
    capLevelToPlayerSize: request.quality === 'auto',
    capLevelOnFPSDrop: true,
    startLevel: -1,
    abrEwmaDefaultEstimate: 1_500_000,
  }
  const mixed = sharing && request.share ? sharing.HlsJsP2PEngine.injectMixin(Hls) : null
  const hls = mixed && request.share ? new mixed({ ...config, p2p: { core: sharingConfig(request.share) } }) : new Hls(config)
  if (mixed && 'p2pEngine' in hls) count(hls.p2pEngine as P2PEngine, ears)

  const watchdog = mixed ? setTimeout(() => ears.stuck(), STUCK_MS) : undefined
  hls.once(Hls.Events.FRAG_LOADED, () => clearTimeout(watchdog))

  let decodeFailures = 0
  const lines = (level: Level | undefined) => (level && level.width > 0 ? linesOf(level.width, level.height) : null)

  hls.on(Hls.Events.MANIFEST_PARSED, (_, { levels }) => {
    if (request.quality === 'auto') {
      const first = levelFor(levels, FIRST_LINES)
      if (first >= 0) hls.startLevel = first
    } else if (levels.length > 1) {
      hls.loadLevel = levelFor(levels, request.quality)
      hls.currentLevel = levelFor(levels, request.quality)
    }
  })
  hls.on(Hls.Events.LEVEL_SWITCHED, (_, { level }) => ears.showing(lines(hls.levels[level])))
  hls.on(Hls.Events.LEVEL_UPDATED, (_, { details }) => ears.growing(details.live ? details.edge : null))
  hls.on(Hls.Events.ERROR, (_, error) => {
    if (!error.fatal) return
    clearTimeout(watchdog)
    if (error.type === Hls.ErrorTypes.MEDIA_ERROR && decodeFailures < 2) {
      decodeFailures += 1
      hls.recoverMediaError()
      return
    }
    ears.failed(failureOf(error))
  })
  hls.loadSource(request.url)
  hls.attachMedia(video)

  return {
    choose: (quality) => {
      if (quality === 0 || (hls.levels.length < 2 && quality !== 'auto')) return false
      hls.config.capLevelToPlayerSize = quality === 'auto'
      if (quality === 'auto') hls.nextLevel = -1
      else hls.currentLevel = levelFor(hls.levels, quality)
      return true
    },
    retry: () => {
      decodeFailures = 0
      if (hls.levels.length === 0) hls.loadSource(request.url)
      else hls.startLoad(video.currentTime)
    },
    destroy: () => {
      clearTimeout(watchdog)
      hls.destroy()
    },
  }
}

/** The part of the peer-to-peer engine that counts. */
interface P2PEngine {
  addEventListener(name: string, heard: (...details: never[]) => void): void
}

function count(engine: P2PEngine, ears: EngineEars): void {
  const people = new Set<string>()
  let sharing = NOTHING_SHARED
  const tell = (some: Partial<Sharing>) => {
    sharing = { ...sharing, ...some, people: people.size }
    ears.shared(sharing)
  }
  engine.addEventListener('onPeerConnect', ({ peerId }: { peerId: string }) => {
    people.add(peerId)
    tell({})
  })
  engine.addEventListener('onPeerClose', ({ peerId }: { peerId: string }) => {
    people.delete(peerId)
    tell({})
  })
  engine.addEventListener('onChunkDownloaded', (bytes: number, source: 'http' | 'p2p') => {
    if (source === 'p2p') tell({ fromPeople: sharing.fromPeople + bytes })
    else tell({ fromServer: sharing.fromServer + bytes })
  })
  engine.addEventListener('onChunkUploaded', (bytes: number) => tell({ toPeople: sharing.toPeople + bytes }))
}

function failureOf(error: ErrorData): Failure {
  const status = error.response?.code ?? 0
  if (status === 401 || status === 403) return 'forbidden'
  if (status === 404 || status === 410) return 'gone'
  if (error.type === 'networkError') return 'network'
  return error.details === 'manifestIncompatibleCodecsError' || error.details === 'bufferAddCodecError' ? 'unsupported' : 'decode'
}
