/** What the queue asks of the server, over our API client, and of this device. */

import { api, authorization, refresh, request } from '../api/client'
import { readTokens } from '../api/tokens'
import type { List, MyVideo, Progress, Upload, UploadRoom } from '../api/types'
import { language } from '../i18n/index.svelte'
import { instance } from '../state/instance.svelte'
import { session } from '../state/session.svelte'
import * as handles from './handles'
import type { Settings } from './item'
import type { Surroundings } from './queue'
import { begin, PATH, sendRest, type Ears, type Wire } from './resumable'
import { titleFrom } from './title'

const DRAFTS = 'kiosque.drafts'

/** Sends with the token; one that ran out is exchanged once. */
const wire: Wire = {
  fetch: async (path, init) => {
    const send = () => fetch(path, { ...init, headers: { ...(init.headers as Record<string, string>), ...authorization() } })
    const before = readTokens()
    const response = await send()
    return response.status === 401 && before && (await refresh(before.access)) ? send() : response
  },
  now: () => Date.now(),
  wait: (milliseconds, signal) =>
    new Promise((done, failed) => {
      const end = (act: () => void) => () => {
        clearTimeout(timer)
        removeEventListener('online', back)
        signal.removeEventListener('abort', stopped)
        act()
      }
      const back = end(done)
      const stopped = end(() => failed(new DOMException('stopped', 'AbortError')))
      const timer = setTimeout(back, milliseconds)
      addEventListener('online', back)
      signal.addEventListener('abort', stopped)
      if (signal.aborted) stopped()
    }),
}

function readDrafts(): Record<string, Settings> {
  try {
    return JSON.parse(localStorage.getItem(DRAFTS) ?? '{}') as Record<string, Settings>
  } catch {
    return {}
  }
}

function writeDraft(key: string, settings: Settings | null): void {
  const all = readDrafts()
  delete all[key]
  // A password is not written down; twenty drafts are more than anyone has open.
  if (settings) all[key] = { ...settings, password: '' }
  try {
    localStorage.setItem(DRAFTS, JSON.stringify(Object.fromEntries(Object.entries(all).slice(-20))))
  } catch {
    // Nowhere to keep it: the page still has it.
  }
}

/** The settings a new file begins with: the volunteer's first group, the kiosque's usual privacy, a title from its name. */
function settingsFor(fileName: string): Settings {
  return {
    title: titleFrom(fileName, language()),
    description: '',
    privacy: instance.config?.defaults.publish.privacy ?? 1,
    group: session.groups[0]?.id ?? 0,
    password: '',
  }
}

/** Sends another file for a video: that it will be its film once it is made is told by the server. */
export async function replace(uuid: string, file: File, ears: Ears, signal: AbortSignal): Promise<void> {
  const path = `/api/v1/videos/${uuid}/source/replace-resumable`
  const there: Wire = { ...wire, fetch: (asked, init) => wire.fetch(asked.replace(PATH, path), init) }
  const begun = await begin(there, file, {}, signal)
  await sendRest(there, file, begun.uploadId, begun.received, ears, signal, instance.config?.client.videos.resumableUpload.maxChunkSize ?? 0)
}

/** Everything that the queue needs, for the account that is signed in. */
export function surroundings(): Surroundings {
  return {
    wire,
    mostChunk: instance.config?.client.videos.resumableUpload.maxChunkSize ?? 0,
    room: () => api.get<UploadRoom>('/uploads/room'),
    unfinished: async () => (await api.get<List<Upload>>('/uploads')).data,
    inTheWorks: async () => {
      const mine = await api.get<List<MyVideo>>('/users/me/videos', { sort: '-createdAt', count: 25 })
      return mine.data
        .filter((video) => video.progress && video.progress.stage !== 'ready')
        .map((video) => ({
          video: { id: video.id, uuid: video.uuid, shortUUID: video.shortUUID },
          name: video.name,
          privacy: video.privacy.id,
          group: video.channel.id,
          progress: video.progress as Progress,
        }))
    },
    save: (video, changes) => request('PUT', `/videos/${video.uuid}`, { body: changes }),
    progress: (video) => api.get<Progress>(`/videos/${video.uuid}/progress`),
    made: async (title, since) => {
      const mine = await api.get<List<MyVideo>>('/users/me/videos', { sort: '-createdAt', count: 5 })
      // The server's clock may differ from ours by a few minutes.
      const found = mine.data.find((video) => video.name === title && Date.parse(video.createdAt) > since - 300_000)
      return found ? { id: found.id, uuid: found.uuid, shortUUID: found.shortUUID } : null
    },
    discard: (video) => api.delete(`/videos/${video.uuid}`),
    drafts: { read: (key) => readDrafts()[key] ?? null, write: writeDraft },
    handles,
    settingsFor,
  }
}
