/** What happens beside the picture while a film plays: the server and the device hear of it, the phone's lock screen too. */

import { authorization } from '../../api/client'
import { deviceStore } from '../../player/preferences'
import type { Playback } from '../../player/playback.svelte'
import { keepPlace } from '../../player/resume'
import { sittingId, Views } from '../../player/views'
import { instance } from '../../state/instance.svelte'
import { session } from '../../state/session.svelte'

/** The part of a film that is told. */
export interface Played {
  uuid: string
  name: string
  duration: number
  previewPath: string | null
  channel: { displayName: string }
}

/**
 * The film that begins by itself when its page opens, because the one before ended and the reader asked for that: its
 * uuid, or in a playlist the path of its page.
 */
export const played: { goOn: string | null } = { goOn: null }

/** Milliseconds between two reports where the server does not say. */
const INTERVAL = 5000

/** A name for this sitting; `randomUUID` exists on https only. */
function random(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** Follows a film until the page is left. Returns what ends it. */
export function watching(playback: Playback, film: () => Played): () => void {
  const interval = instance.config?.views.videos.watchingInterval
  const views = new Views(
    (body, leaving) =>
      fetch(`/api/v1/videos/${film().uuid}/views`, {
        method: 'POST',
        keepalive: leaving,
        headers: { 'content-type': 'application/json', ...authorization() },
        body: JSON.stringify(body),
      }),
    sittingId(sitting(), random),
    (session.signedIn ? interval?.users : interval?.anonymous) ?? INTERVAL,
  )
  const store = deviceStore()
  const place = () => {
    // The server remembers for those who are signed in, unless they switched that off.
    if (!session.signedIn && !playback.untouched && playback.preferences.resume) keepPlace(store, film().uuid, playback.time, playback.duration, Date.now())
  }
  const pause = () => {
    if (playback.untouched) return
    views.leave(playback.time, Date.now())
    place()
  }
  playback.onJump((time) => views.seek(time, Date.now()))
  const ends = [
    $effect.root(() => {
      $effect(() => {
        if (!playback.paused && playback.time > 0) {
          views.tick(playback.time, Date.now())
        }
      })
      $effect(() => {
        if (playback.paused || playback.ended) pause()
        else tellSystem(playback, film())
      })
    }),
  ]
  const timer = setInterval(place, 5000)
  addEventListener('pagehide', pause)
  return () => {
    pause()
    clearInterval(timer)
    removeEventListener('pagehide', pause)
    ends.forEach((end) => end())
    if ('mediaSession' in navigator) navigator.mediaSession.metadata = null
  }
}

function sitting(): Storage | null {
  try {
    return sessionStorage
  } catch {
    return null
  }
}

/** The phone's lock screen and the keyboard's media keys. */
function tellSystem(playback: Playback, film: Played): void {
  if (!('mediaSession' in navigator) || navigator.mediaSession.metadata) return
  navigator.mediaSession.metadata = new MediaMetadata({
    title: film.name,
    artist: film.channel.displayName,
    artwork: film.previewPath ? [{ src: new URL(film.previewPath, location.href).href }] : [],
  })
  const acts: [MediaSessionAction, MediaSessionActionHandler][] = [
    ['play', () => void playback.play()],
    ['pause', () => playback.pause()],
    ['seekbackward', (wanted) => playback.skip(-(wanted.seekOffset ?? 10))],
    ['seekforward', (wanted) => playback.skip(wanted.seekOffset ?? 10)],
    ['seekto', (wanted) => wanted.seekTime !== undefined && playback.seek(wanted.seekTime)],
  ]
  for (const [name, act] of acts) {
    try {
      navigator.mediaSession.setActionHandler(name, act)
    } catch {
      // Not known to this browser.
    }
  }
}
