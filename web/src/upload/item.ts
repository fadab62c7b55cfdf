/** One file on its way to becoming a video, and the rules of its life. Pure: nothing here touches the network. */

import type { Progress, UploadRoom, VideoMade } from '../api/types'

/**
 * Where a file is:
 * - `waiting` for its turn · `checking` whether the server takes it · `sending` · `cut` off from the network, tries again
 * - `paused` by the reader · `missing`: begun on the server, but this page has not got the file (any more)
 * - `refused`, with a reason · `received`: all bytes are there, `progress` says what the server does with them
 */
export type Stage = 'waiting' | 'checking' | 'sending' | 'cut' | 'paused' | 'missing' | 'refused' | 'received'

/** Why a file is refused before or while it is sent. The page has a sentence for each. */
export type Reason =
  | 'empty'
  | 'too-large'
  | 'quota'
  | 'daily-quota'
  | 'disk'
  | 'changed'
  | 'unreadable'
  | 'not-media'
  | 'damaged'
  | 'unsupported'
  | 'gone'
  | 'signed-out'
  | 'title'
  | 'unknown'

/** What the volunteer says about the film. Numbers are the API's ids. */
export interface Settings {
  title: string
  description: string
  privacy: number
  group: number
  password: string
  /** Who may comment; PeerTube's number. Missing in what was kept before there were comments. */
  comments?: number
}

/** A file in the list. Never changed in place: each change makes a new one, so that a page can compare. */
export interface Item {
  /** Names the file across visits: name and size. */
  key: string
  name: string
  size: number
  type: string
  lastModified: number
  stage: Stage
  settings: Settings
  /** What the server knows of the settings; null before it knows any. */
  saved: Settings | null
  saving: 'no' | 'now' | 'failed'
  uploadId: string | null
  /** Bytes that are on the server. */
  received: number
  reason: Reason | null
  /** The server's own sentence, shown under ours where we have none better. */
  detail: string
  video: VideoMade | null
  progress: Progress | null
  /** The file can be had again without picking, if the reader agrees (File System Access). */
  handle: boolean
}

/** The part of a `File` that names it. */
export interface FileLike {
  name: string
  size: number
  type: string
  lastModified: number
}

/** The name of a file across visits. Its time is no part of it: the server's list does not tell it. */
export function keyOf(file: Pick<FileLike, 'name' | 'size'>): string {
  return `${file.name}|${file.size}`
}

/** A new item, waiting. */
export function newItem(file: FileLike, settings: Settings): Item {
  return {
    key: keyOf(file),
    name: file.name,
    size: file.size,
    type: file.type,
    lastModified: file.lastModified,
    stage: 'waiting',
    settings,
    saved: null,
    saving: 'no',
    uploadId: null,
    received: 0,
    reason: null,
    detail: '',
    video: null,
    progress: null,
    handle: false,
  }
}

/** Whether bytes of this item are moving, or trying to. Only one item may be. */
export function isActive(item: Item): boolean {
  return item.stage === 'checking' || item.stage === 'sending' || item.stage === 'cut'
}

/** The bytes that an item will still bring. */
function toCome(item: Item): number {
  const coming = isActive(item) || item.stage === 'waiting' || item.stage === 'paused' || item.stage === 'missing'
  return coming ? item.size - item.received : 0
}

/**
 * Says why a file cannot be taken, before a byte of it is sent, or null. The room is what the server had when asked;
 * what is already in the list before this file uses it first.
 */
export function objection(file: FileLike, room: UploadRoom | null, before: readonly Item[]): Reason | null {
  if (file.size === 0) return 'empty'
  if (!room) return null
  if (file.size > room.maxFileSize) return 'too-large'
  const left = room.bytesLeft - before.reduce((sum, item) => sum + toCome(item), 0)
  if (file.size <= left) return null
  return room.limitedBy === 'size' ? 'disk' : room.limitedBy
}

/** The reason that belongs to an answer of the server. `code` is PeerTube's. */
export function reasonOf(status: number, code: string): Reason {
  if (code === 'quota_reached') return 'quota'
  if (code === 'max_file_size_reached' || code === 'RequestEntityTooLarge' || status === 413) return 'too-large'
  if (status === 507) return 'disk'
  if (status === 422 && (code === 'damaged' || code === 'unsupported')) return code
  if (status === 422 && code === 'crashed') return 'damaged'
  if (status === 422 || status === 415) return 'not-media'
  if (status === 401) return 'signed-out'
  if (status === 409) return 'changed'
  return 'unknown'
}

/** Whether a picked file is the one that was begun: same name and size. A copy may have another time. */
export function isSameFile(item: Item, file: FileLike): boolean {
  return item.name === file.name && item.size === file.size
}

/** Settings as the API wants them. */
export function asMetadata(settings: Settings): Record<string, unknown> {
  return {
    name: settings.title.trim(),
    channelId: settings.group,
    // A password that is still to be written opens the film to nobody, not to everybody.
    privacy: settings.privacy === 5 && !settings.password.trim() ? 3 : settings.privacy,
    ...(settings.comments ? { commentsPolicy: settings.comments } : {}),
    ...(settings.description.trim() ? { description: settings.description.trim() } : {}),
    ...(settings.privacy === 5 && settings.password.trim() ? { videoPasswords: [settings.password] } : {}),
  }
}

/** What of the settings the server does not know yet, as the API wants it; null when it knows all. */
export function unsaved(item: Item): Record<string, unknown> | null {
  const { settings, saved } = item
  const all = asMetadata(settings)
  if (!saved) return all
  const before = asMetadata(saved)
  const changed = Object.keys({ ...before, ...all }).filter(
    (name) => JSON.stringify(all[name]) !== JSON.stringify(before[name]),
  )
  if (changed.length === 0) return null
  return Object.fromEntries(changed.map((name) => [name, all[name] ?? null]))
}

/** Whether a title can be published: 3 to 120 characters. */
export function titleIsGood(title: string): boolean {
  const length = title.trim().length
  return length >= 3 && length <= 120
}
