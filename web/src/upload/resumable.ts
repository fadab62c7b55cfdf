/**
 * PeerTube's resumable upload (`/videos/upload-resumable`): begin, send pieces, ask how much arrived, cancel.
 * This file knows the protocol and the network's moods; `queue.ts` knows the reader's wishes.
 */

import type { Uploaded, VideoMade } from '../api/types'
import { CHUNK_FIRST, nextChunk } from './pace'

/** Why the server does not take a file. `code` is PeerTube's (`quota_reached` …) or empty; `detail` its sentence. */
export class Refused extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly detail: string,
  ) {
    super(detail || `status ${status}`)
  }
}

/** The upload is not known (any more): it was cancelled, ended, or waited too long. */
export class Unknown extends Error {}

/** What the client needs of the page. All of it is passed in, so that tests can hold it. */
export interface Wire {
  /** Sends with the account's token; refreshes it when it has run out. */
  fetch: (path: string, init: RequestInit) => Promise<Response>
  now: () => number
  /** Waits, at most so many milliseconds: less when the network comes back. Rejects when the signal fires. */
  wait: (milliseconds: number, signal: AbortSignal) => Promise<void>
}

/** What the page hears while bytes flow. */
export interface Ears {
  /** So many bytes are on the server. */
  sent: (bytes: number) => void
  /** The connection is cut, or back. */
  cut: (isCut: boolean) => void
}

/** Where files are sent that become videos. */
export const PATH = '/api/v1/videos/upload-resumable'
/** The waits between two tries; the last one is repeated for ever: a volunteer's network comes back at night. */
const WAITS = [1000, 2000, 4000, 8000, 15000, 30000]

/** Where a file stands on the server. */
export interface Begun {
  uploadId: string
  received: number
}

/** Begins an upload, or finds the one that was begun with the same name, size and `lastModified`. */
export async function begin(
  wire: Wire,
  file: { name: string; size: number; type: string; lastModified: number },
  metadata: Record<string, unknown>,
  signal: AbortSignal,
): Promise<Begun> {
  const response = await wire.fetch(PATH, {
    method: 'POST',
    signal,
    headers: {
      'Content-Type': 'application/json',
      'X-Upload-Content-Length': String(file.size),
      'X-Upload-Content-Type': file.type || 'application/octet-stream',
    },
    body: JSON.stringify({ ...metadata, filename: file.name, lastModified: file.lastModified }),
  })
  if (response.status !== 201 && response.status !== 200) throw await refusal(response)
  const location = response.headers.get('Location') ?? ''
  const uploadId = new URL(location, 'http://x').searchParams.get('upload_id')
  if (!uploadId) throw new Refused(response.status, '', '')
  return { uploadId, received: receivedOf(response) }
}

/** Asks how much of an upload is on the server. An ended one answers with its video. */
export async function ask(wire: Wire, uploadId: string, size: number, signal: AbortSignal): Promise<number | VideoMade> {
  const response = await put(wire, uploadId, `bytes */${size}`, null, signal)
  return readAnswer(response)
}

/** Gives an upload up: the server forgets what it has of it. */
export async function cancel(wire: Wire, uploadId: string): Promise<void> {
  await wire.fetch(`${PATH}?upload_id=${encodeURIComponent(uploadId)}`, { method: 'DELETE' })
}

/**
 * Sends the rest of a file, from `from` on, until the server has all of it. Goes on after any interruption:
 * it waits, asks what arrived, and sends from there. Ends with the video, or throws `Refused`, `Unknown`, or
 * the signal's `AbortError`.
 */
export async function sendRest(
  wire: Wire,
  file: Blob,
  uploadId: string,
  from: number,
  ears: Ears,
  signal: AbortSignal,
  /** The server's largest piece in bytes, 0 for none. */
  most = 0,
): Promise<VideoMade> {
  let at = from
  let size = most > 0 ? Math.min(most, CHUNK_FIRST) : CHUNK_FIRST
  let failures = 0
  for (;;) {
    if (signal.aborted) throw new DOMException('stopped', 'AbortError')
    const end = Math.min(file.size, at + size)
    const began = wire.now()
    try {
      const answer =
        failures > 0
          ? await ask(wire, uploadId, file.size, signal)
          : await readAnswer(
              await put(wire, uploadId, `bytes ${at}-${end - 1}/${file.size}`, file.slice(at, end), signal),
            )
      if (failures === 0) size = nextChunk(end - at, wire.now() - began, most)
      else ears.cut(false)
      failures = 0
      if (typeof answer !== 'number') return answer
      at = answer
      ears.sent(at)
    } catch (error) {
      if (signal.aborted || error instanceof Refused || error instanceof Unknown) throw error
      // A file that was moved or changed fails like a network does: reading it tells them apart.
      await file.slice(at, at + 1).arrayBuffer()
      failures += 1
      size = Math.max(256 * 1024, Math.floor(size / 2))
      ears.cut(true)
      const asked = error instanceof Later ? error.milliseconds : 0
      await wire.wait(Math.max(asked, WAITS[Math.min(failures, WAITS.length) - 1] ?? 30000), signal)
    }
  }
}

/** The server asks for patience (429, 503), or stumbled (5xx). */
class Later extends Error {
  constructor(readonly milliseconds: number) {
    super('later')
  }
}

function put(wire: Wire, id: string, range: string, body: Blob | null, signal: AbortSignal): Promise<Response> {
  return wire.fetch(`${PATH}?upload_id=${encodeURIComponent(id)}`, {
    method: 'PUT',
    signal,
    headers: { 'Content-Range': range, 'Content-Type': 'application/octet-stream' },
    body,
  })
}

async function readAnswer(response: Response): Promise<number | VideoMade> {
  if (response.status === 308) return receivedOf(response)
  if (response.ok) {
    const body = (await response.json()) as Uploaded
    return body.video
  }
  if (response.status === 404 || response.status === 410) throw new Unknown()
  if (response.status === 429 || response.status >= 500) {
    // 507: the disk is full. Waiting may help (an administrator makes room), but the reader must know.
    if (response.status === 507) throw await refusal(response)
    throw new Later(Math.min(60, Number(response.headers.get('Retry-After') ?? 0) || 0) * 1000)
  }
  throw await refusal(response)
}

/** How many bytes the server has: `Range: bytes=0-N` counts N + 1, none means zero. */
function receivedOf(response: Response): number {
  const last = /bytes=0-(\d+)/.exec(response.headers.get('Range') ?? '')?.[1]
  return last === undefined ? 0 : Number(last) + 1
}

async function refusal(response: Response): Promise<Refused> {
  const body = (await response.json().catch(() => null)) as {
    code?: string
    detail?: string
    error?: string | { code?: string; message?: string }
  } | null
  const inner = typeof body?.error === 'object' ? body.error : null
  const detail = body?.detail ?? inner?.message ?? (typeof body?.error === 'string' ? body.error : '')
  return new Refused(response.status, body?.code ?? inner?.code ?? '', detail)
}
