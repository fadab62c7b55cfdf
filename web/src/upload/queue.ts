/** The list of files: one is sent at a time, the reader decides which, and nothing said about a film is lost. */

import type { Progress, Upload, UploadRoom, VideoMade } from '../api/types'
import {
  asMetadata,
  isActive,
  isSameFile,
  keyOf,
  newItem,
  objection,
  reasonOf,
  titleIsGood,
  unsaved,
  type Item,
  type Reason,
  type Settings,
} from './item'
import { Pace } from './pace'
import { ask, begin, cancel, Refused, sendRest, Unknown, type Wire } from './resumable'

/** An upload that the server holds unfinished: an item of `GET /uploads`. */
export type Unfinished = Pick<Upload, 'uploadId' | 'filename' | 'size' | 'received' | 'metadata'>

/** A video that the server still works on. */
export interface InTheWorks {
  video: VideoMade
  name: string
  privacy: number
  group: number
  progress: Progress
}

/** What the queue asks of the server and of the device. */
export interface Surroundings {
  wire: Wire
  /** The server's largest piece in bytes, 0 for none. */
  mostChunk: number
  room: () => Promise<UploadRoom>
  unfinished: () => Promise<Unfinished[]>
  inTheWorks: () => Promise<InTheWorks[]>
  save: (video: VideoMade, changes: Record<string, unknown>) => Promise<void>
  progress: (video: VideoMade) => Promise<Progress>
  /** The video that was made of a file since a moment (milliseconds), when its answer was lost on the way. */
  made: (title: string, since: number) => Promise<VideoMade | null>
  /** Deletes a video that could not be made. */
  discard: (video: VideoMade) => Promise<void>
  /** What was typed about a file is kept on the device until the video has it. */
  drafts: { read: (key: string) => Partial<Settings> | null; write: (key: string, settings: Settings | null) => void }
  /** Files that the browser lets us open again; all of it may do nothing. */
  handles: {
    keep: (key: string, handle: FileSystemFileHandle) => Promise<void>
    open: (key: string, mayAsk: boolean) => Promise<File | 'ask' | null>
    forget: (key: string) => Promise<void>
  }
  settingsFor: (fileName: string) => Settings
}

/** How often the server is asked what it does with a film. */
const POLL_MS = 1500
const POLL_SLOW_MS = 6000

/** The queue. `items` is a new list after every change; `listen` hears of it. */
export class Queue {
  items: readonly Item[] = []
  room: UploadRoom | null = null
  readonly pace = new Pace()

  private readonly files = new Map<string, File>()
  private stop: AbortController | null = null
  private listeners = new Set<() => void>()
  private polls = new Map<string, ReturnType<typeof setTimeout>>()

  constructor(private readonly around: Surroundings) {}

  /** Calls back after every change. Returns what ends that. */
  listen(heard: () => void): () => void {
    this.listeners.add(heard)
    return () => this.listeners.delete(heard)
  }

  /** Reads what the server holds from earlier visits. Whatever this page already has stays as it is. */
  async recall(): Promise<void> {
    const [room, unfinished, works] = await Promise.all([
      this.around.room().catch(() => null),
      this.around.unfinished().catch(() => []),
      this.around.inTheWorks().catch(() => []),
    ])
    this.room = room
    for (const upload of unfinished) await this.recallUpload(upload)
    for (const work of works) {
      if (this.items.some((item) => item.video?.uuid === work.video.uuid)) continue
      const settings = { title: work.name, description: '', privacy: work.privacy, group: work.group, password: '' }
      const file = { name: work.name, size: 0, type: '', lastModified: 0 }
      const item = { ...newItem(file, settings), key: `video|${work.video.uuid}`, saved: settings }
      this.items = [...this.items, { ...item, stage: 'received', video: work.video, progress: work.progress }]
      this.follow(item.key)
    }
    this.tell()
    this.turn()
  }

  /** Takes files. Those of an unfinished upload go on with it. `handles` lets a later visit open them again. */
  async add(files: readonly File[], handles: ReadonlyMap<File, FileSystemFileHandle> = new Map()): Promise<void> {
    if (this.room === null) this.room = await this.around.room().catch(() => null)
    for (const file of files) {
      const handle = handles.get(file)
      if (handle) await this.around.handles.keep(keyOf(file), handle).catch(() => undefined)
      const missing = this.items.find((item) => item.stage === 'missing' && isSameFile(item, file))
      if (missing) {
        this.give(missing.key, file)
        continue
      }
      const twice = this.items.find((item) => item.key === keyOf(file))
      if (twice && twice.stage !== 'refused') continue
      if (twice) this.drop(twice.key)
      const settings = { ...this.around.settingsFor(file.name), ...this.around.drafts.read(keyOf(file)) }
      const reason = objection(file, this.room, this.items)
      const item = newItem(file, settings)
      this.files.set(item.key, file)
      this.items = [...this.items, reason ? { ...item, stage: 'refused', reason } : item]
    }
    this.tell()
    this.turn()
  }

  /** Gives a missing item its file back. Returns false when it is another file. */
  give(key: string, file: File): boolean {
    const item = this.find(key)
    if (!item || !isSameFile(item, file)) return false
    this.files.set(key, file)
    this.change(key, { stage: 'waiting', reason: null })
    this.turn()
    return true
  }

  /** Opens a missing file again through its handle; the browser may ask the reader. False when it must be picked. */
  async reopen(key: string): Promise<boolean> {
    const file = await this.around.handles.open(key, true).catch(() => null)
    return file instanceof File && this.give(key, file)
  }

  /** Another file in the place of one that was refused or failed; what was typed about it is kept. */
  async replace(key: string, file: File): Promise<void> {
    const old = this.find(key)
    if (!old) return
    this.around.drafts.write(keyOf(file), old.settings)
    await this.remove(key)
    await this.add([file])
  }

  /** Stops sending until the reader wants it again. */
  pause(key: string): void {
    const item = this.find(key)
    if (!item || !(isActive(item) || item.stage === 'waiting')) return
    const active = isActive(item)
    this.change(key, { stage: 'paused' })
    if (active) this.stop?.abort()
    this.turn()
  }

  /** Lets a paused file go on when it is its turn, or tries a refused one again. */
  async resume(key: string): Promise<void> {
    const item = this.find(key)
    if (!item) return
    if (item.stage === 'refused') {
      this.room = await this.around.room().catch(() => this.room)
      const reason = objection(item, this.room, this.items.filter((other) => other.key !== key))
      this.change(key, reason ? { reason } : { stage: 'waiting', reason: null, detail: '' })
    } else if (item.stage === 'paused') {
      this.change(key, { stage: 'waiting' })
    }
    this.turn()
  }

  /** Sends a file before all others; the one that is being sent goes on after it. */
  first(key: string): void {
    const item = this.find(key)
    if (!item || (item.stage !== 'waiting' && item.stage !== 'paused')) return
    const current = this.items.find(isActive)
    const others = this.items.filter((other) => other.key !== key)
    const at = others.findIndex((other) => other.stage !== 'received')
    this.items = [...others.slice(0, Math.max(0, at)), { ...item, stage: 'waiting' }, ...others.slice(Math.max(0, at))]
    if (current) {
      this.change(current.key, { stage: 'waiting' })
      this.stop?.abort()
    } else {
      this.tell()
    }
    this.turn()
  }

  /** Takes a file off the list; the server forgets what it has of it, if it is not a video yet. */
  async remove(key: string): Promise<void> {
    const item = this.find(key)
    if (!item) return
    this.drop(key)
    if (isActive(item)) this.stop?.abort()
    this.tell()
    this.turn()
    this.around.drafts.write(key, null)
    await this.around.handles.forget(key).catch(() => undefined)
    if (item.uploadId && !item.video) await cancel(this.around.wire, item.uploadId).catch(() => undefined)
    if (item.video && item.progress?.stage === 'failed') await this.around.discard(item.video).catch(() => undefined)
    await this.measure()
  }

  /** Keeps what the reader types: on the device at once, on the server as soon as there is a video. */
  edit(key: string, some: Partial<Settings>): void {
    const item = this.find(key)
    if (!item) return
    const settings = { ...item.settings, ...some }
    this.change(key, { settings })
    this.around.drafts.write(key, settings)
  }

  /** Brings the server what it does not know yet. Called when a field is left, and when the last byte is there. */
  async save(key: string): Promise<void> {
    const item = this.find(key)
    if (!item?.video || item.saving === 'now' || !titleIsGood(item.settings.title)) return
    const changes = unsaved(item)
    if (!changes) {
      this.around.drafts.write(key, null)
      return
    }
    this.change(key, { saving: 'now' })
    const sent = item.settings
    try {
      await this.around.save(item.video, changes)
      this.change(key, { saving: 'no', saved: sent })
      await this.save(key)
    } catch {
      this.change(key, { saving: 'failed' })
    }
  }

  /** Asks again how much room there is. */
  private async measure(): Promise<void> {
    this.room = await this.around.room().catch(() => this.room)
    this.tell()
  }

  /** The file of an item, while this page has it. */
  fileOf(key: string): File | undefined {
    return this.files.get(key)
  }

  /** Ends all timers: for tests and for signing out. */
  end(): void {
    this.stop?.abort()
    for (const timer of this.polls.values()) clearTimeout(timer)
    this.polls.clear()
  }

  private find(key: string): Item | undefined {
    return this.items.find((item) => item.key === key)
  }

  private drop(key: string): void {
    this.items = this.items.filter((item) => item.key !== key)
    this.files.delete(key)
    clearTimeout(this.polls.get(key))
    this.polls.delete(key)
  }

  private change(key: string, some: Partial<Item>): void {
    this.items = this.items.map((item) => (item.key === key ? { ...item, ...some } : item))
    this.tell()
  }

  private tell(): void {
    for (const heard of this.listeners) heard()
  }

  private async recallUpload(upload: Unfinished): Promise<void> {
    if (this.items.some((item) => item.uploadId === upload.uploadId)) return
    const file = { name: upload.filename, size: upload.size, type: '', lastModified: 0 }
    const key = keyOf(file)
    // The same file was dropped again before the list came: it finds its upload by itself when it begins.
    if (this.find(key)) return
    const sent: Settings = {
      ...this.around.settingsFor(upload.filename),
      ...(typeof upload.metadata.name === 'string' ? { title: upload.metadata.name } : {}),
      ...(typeof upload.metadata.description === 'string' ? { description: upload.metadata.description } : {}),
      ...(Number(upload.metadata.privacy) ? { privacy: Number(upload.metadata.privacy) } : {}),
      ...(Number(upload.metadata.channelId) ? { group: Number(upload.metadata.channelId) } : {}),
    }
    const item: Item = {
      ...newItem(file, { ...sent, ...this.around.drafts.read(key) }),
      saved: sent,
      stage: 'missing',
      uploadId: upload.uploadId,
      received: upload.received,
    }
    const open = await this.around.handles.open(key, false).catch(() => null)
    if (open instanceof File && isSameFile(item, open)) {
      this.files.set(key, open)
      item.stage = 'waiting'
    }
    this.items = [...this.items, { ...item, handle: open !== null }]
  }

  /** Lets the next file go if none is on its way. */
  private turn(): void {
    if (this.items.some(isActive)) return
    const next = this.items.find((item) => item.stage === 'waiting')
    if (next) void this.carry(next.key)
  }

  /** Carries one file over, to its end or to whatever stops it. */
  private async carry(key: string): Promise<void> {
    const file = this.files.get(key)
    const item = this.find(key)
    if (!file || !item) {
      this.change(key, { stage: 'missing' })
      this.turn()
      return
    }
    const stop = new AbortController()
    this.stop = stop
    this.pace.rest()
    this.change(key, { stage: 'checking' })
    try {
      const done = await this.transfer(key, file, item, stop.signal)
      this.change(key, { stage: 'received', video: done, received: file.size })
      this.files.delete(key)
      void this.around.handles.forget(key).catch(() => undefined)
      void this.save(key)
      this.follow(key)
      void this.measure()
    } catch (error) {
      // A reader who stopped it has already said what it is now.
      if (!stop.signal.aborted) this.fail(key, error)
    }
    if (this.stop === stop) this.stop = null
    this.turn()
  }

  private async transfer(key: string, file: File, item: Item, signal: AbortSignal): Promise<VideoMade> {
    const { wire, mostChunk } = this.around
    const ears = {
      sent: (bytes: number) => {
        this.pace.note(bytes, wire.now())
        this.change(key, { received: bytes })
      },
      cut: (isCut: boolean) => {
        if (isCut) this.pace.rest()
        this.change(key, { stage: isCut ? 'cut' : 'sending' })
      },
    }
    const start = async (): Promise<VideoMade> => {
      const settings = this.find(key)?.settings ?? item.settings
      const metadata = asMetadata(titleIsGood(settings.title) ? settings : { ...settings, title: item.name })
      const begun = await this.patiently(signal, ears.cut, () => begin(wire, file, metadata, signal))
      this.change(key, { stage: 'sending', uploadId: begun.uploadId, received: begun.received, saved: settings })
      this.pace.note(begun.received, wire.now())
      return sendRest(wire, file, begun.uploadId, begun.received, ears, signal, mostChunk)
    }
    const began = wire.now()
    /** An upload that is not known has ended (its answer was lost) or was forgotten: then it begins anew. */
    const unknown = async (error: unknown): Promise<VideoMade> => {
      if (!(error instanceof Unknown)) throw error
      const title = this.find(key)?.saved?.title ?? item.settings.title
      const made = await this.around.made(title.trim(), began).catch(() => null)
      if (made) return made
      this.change(key, { uploadId: null, received: 0 })
      return start()
    }
    if (!item.uploadId) return start().catch(unknown)
    const id = item.uploadId
    try {
      const at = await this.patiently(signal, ears.cut, () => ask(wire, id, file.size, signal))
      if (typeof at !== 'number') return at
      this.change(key, { stage: 'sending', received: at })
      this.pace.note(at, wire.now())
      return await sendRest(wire, file, id, at, ears, signal, mostChunk)
    } catch (error) {
      return unknown(error)
    }
  }

  /** Tries something again and again until the network carries it. */
  private async patiently<T>(signal: AbortSignal, cut: (is: boolean) => void, act: () => Promise<T>): Promise<T> {
    for (let wait = 1000; ; wait = Math.min(30_000, wait * 2)) {
      try {
        return await act()
      } catch (error) {
        const final = error instanceof Unknown || (error instanceof Refused && error.status < 500 && error.status !== 429)
        if (signal.aborted || final || (error instanceof Refused && error.status === 507)) throw error
        cut(true)
        await this.around.wire.wait(wait, signal)
      }
    }
  }

  private fail(key: string, error: unknown): void {
    if (error instanceof Refused) {
      const reason = reasonOf(error.status, error.code)
      this.change(key, { stage: 'refused', reason, detail: error.detail })
      // The server has one name for both quotas; the room tells which it was.
      if (reason === 'quota') void this.measure().then(() => this.room?.limitedBy === 'daily-quota' && this.change(key, { reason: 'daily-quota' }))
      return
    }
    // Reading the file failed (it was moved, renamed or changed), or the server forgot the upload in the middle.
    const reason: Reason = error instanceof Unknown ? 'gone' : error instanceof DOMException ? 'unreadable' : 'unknown'
    this.change(key, { stage: 'refused', reason, detail: '' })
  }

  /** Asks what the server does with a film until it is ready or failed. */
  private follow(key: string): void {
    const again = (wait: number) => {
      if (this.find(key)) this.polls.set(key, setTimeout(() => void look(), wait))
    }
    const look = async () => {
      const video = this.find(key)?.video
      if (!video) return
      try {
        const progress = await this.around.progress(video)
        this.change(key, { progress })
        if (progress.stage === 'ready' || progress.stage === 'failed') return
        again(progress.playable ? POLL_SLOW_MS / 2 : POLL_MS)
      } catch {
        again(POLL_SLOW_MS)
      }
    }
    void look()
  }
}
