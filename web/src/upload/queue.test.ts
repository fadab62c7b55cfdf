import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Progress } from '../api/types'
import { newItem, objection, reasonOf, unsaved, type Item, type Settings } from './item'
import { Queue, type InTheWorks, type Surroundings, type Unfinished } from './queue'
import { StandIn } from './standin'

const settingsFor = (name: string): Settings => ({ title: name.replace('.mp4', ''), description: '', privacy: 1, group: 7, password: '' })
const clip = (name: string, size = 1000) => new File([Buffer.alloc(size, 'x')], name, { type: 'video/mp4', lastModified: 5 })
const ready: Progress = {
  state: { id: 1, label: 'Published' },
  stage: 'ready',
  playable: true,
  queuePosition: null,
  reason: null,
  reasonCode: null,
  secondsLeft: null,
  note: null,
  renditions: [],
}

let server: StandIn
let queue: Queue
let drafts: Map<string, Settings>
let saved: { uuid: string; changes: Record<string, unknown> }[]
let around: Surroundings
let unfinished: Unfinished[]
let works: InTheWorks[]
let hold: (() => Promise<void>) | null

beforeEach(async () => {
  server = await new StandIn().start()
  drafts = new Map()
  saved = []
  unfinished = []
  works = []
  hold = null
  around = {
    wire: {
      fetch: async (path, init) => {
        if (init.method === 'PUT') await hold?.()
        return fetch(server.url + path, init)
      },
      now: () => Date.now(),
      wait: async (_, signal) => {
        await new Promise((done) => setTimeout(done, 5))
        if (signal.aborted) throw new DOMException('stopped', 'AbortError')
      },
    },
    mostChunk: 400,
    room: async () => ({ bytesLeft: 10_000, limitedBy: 'quota', maxFileSize: 5_000 }),
    unfinished: async () => unfinished,
    inTheWorks: async () => works,
    save: async (video, changes) => void saved.push({ uuid: video.uuid, changes }),
    progress: async () => ready,
    made: async () => null,
    discard: async () => undefined,
    drafts: { read: (key) => drafts.get(key) ?? null, write: (key, s) => void (s ? drafts.set(key, s) : drafts.delete(key)) },
    handles: { keep: async () => undefined, open: async () => null, forget: async () => undefined },
    settingsFor,
  }
  queue = new Queue(around)
})
afterEach(async () => {
  queue.end()
  await server.stop()
})

const stages = () => queue.items.map((item) => `${item.name} ${item.stage}`)
const one = (name: string): Item => {
  const item = queue.items.find((i) => i.name === name)
  if (!item) throw new Error(`no ${name}`)
  return item
}
const until = (condition: () => boolean) => vi.waitFor(() => expect(condition()).toBe(true), { timeout: 5000, interval: 5 })

test('sends files one after the other', async () => {
  let most = 0
  queue.listen(() => (most = Math.max(most, queue.items.filter((i) => ['checking', 'sending'].includes(i.stage)).length)))
  await queue.add([clip('a.mp4'), clip('b.mp4')])
  await until(() => queue.items.every((i) => i.progress?.stage === 'ready'))
  expect(most).toBe(1)
  expect(server.videos.map((v) => v.name)).toEqual(['a.mp4', 'b.mp4'])
})

test('says no before a byte is sent: empty, too large, no room', async () => {
  await queue.add([clip('empty.mp4', 0), clip('big.mp4', 5_001), clip('a.mp4', 4_000), clip('b.mp4', 4_500), clip('c.mp4', 4_000)])
  expect(one('empty.mp4').reason).toBe('empty')
  expect(one('big.mp4').reason).toBe('too-large')
  expect(one('c.mp4').reason).toBe('quota')
  await until(() => server.videos.length === 2)
  expect(server.log.filter((line) => line === 'POST')).toHaveLength(2)
})

test('the reason of the room is the reason given', () => {
  const room = { bytesLeft: 10, limitedBy: 'disk' as const, maxFileSize: 100 }
  expect(objection(clip('a', 50), room, [])).toBe('disk')
  expect(objection(clip('a', 5), room, [{ ...newItem(clip('b', 8), settingsFor('b')), stage: 'waiting' }])).toBe('disk')
  expect(objection(clip('a', 5), room, [{ ...newItem(clip('b', 8), settingsFor('b')), stage: 'received' }])).toBeNull()
  expect(objection(clip('a', 5), null, [])).toBeNull()
  expect(reasonOf(413, 'quota_reached')).toBe('quota')
  expect(reasonOf(422, '')).toBe('not-media')
  expect(reasonOf(422, 'damaged')).toBe('damaged')
  expect(reasonOf(507, '')).toBe('disk')
  expect(reasonOf(400, '')).toBe('unknown')
})

test('pauses and goes on where it was', async () => {
  let pieces = 0
  hold = async () => {
    pieces += 1
    if (pieces === 2) queue.pause(one('a.mp4').key)
  }
  await queue.add([clip('a.mp4')])
  await until(() => one('a.mp4').stage === 'paused')
  const before = one('a.mp4').received
  expect(before).toBe(400)
  hold = null
  await queue.resume(one('a.mp4').key)
  await until(() => server.videos.length === 1)
  expect(server.videos[0]?.bytes.length).toBe(1000)
})

test('“send first” lets another file overtake, and the first goes on after it', async () => {
  let once = true
  hold = async () => {
    if (!once) return
    once = false
    queue.first(one('b.mp4').key)
  }
  await queue.add([clip('a.mp4'), clip('b.mp4')])
  // The server has all of a file a moment before the queue has its answer.
  await until(() => stages().every((stage) => stage.endsWith('received')))
  expect(server.videos.map((v) => v.name)).toEqual(['b.mp4', 'a.mp4'])
  expect(stages()).toEqual(['b.mp4 received', 'a.mp4 received'])
})

test('a paused file gives its turn to the next', async () => {
  hold = async () => {
    if (one('a.mp4').stage === 'sending') queue.pause(one('a.mp4').key)
  }
  await queue.add([clip('a.mp4'), clip('b.mp4')])
  await until(() => one('b.mp4').stage === 'received')
  expect(one('a.mp4').stage).toBe('paused')
})

test('what is typed while bytes flow reaches the video, and a draft outlives the page', async () => {
  let once = true
  hold = async () => {
    if (!once) return
    once = false
    queue.edit(one('a.mp4').key, { title: 'Le bal', privacy: 2 })
  }
  await queue.add([clip('a.mp4')])
  await until(() => saved.length === 1)
  expect(saved[0]).toEqual({ uuid: 'uuid-1', changes: { name: 'Le bal', privacy: 2 } })
  await until(() => drafts.size === 0)
  expect(unsaved(one('a.mp4'))).toBeNull()
})

test('a title that is too short is not sent, and not lost', async () => {
  await queue.add([clip('a.mp4')])
  queue.edit(one('a.mp4').key, { title: 'x' })
  await until(() => one('a.mp4').stage === 'received')
  expect(saved).toEqual([])
  expect(one('a.mp4').settings.title).toBe('x')
})

test('saving that fails is said and tried again', async () => {
  await queue.add([clip('abc.mp4')])
  await until(() => one('abc.mp4').stage === 'received')
  const good = around.save
  around.save = () => Promise.reject(new Error('offline'))
  queue.edit(one('abc.mp4').key, { title: 'Le bal' })
  await queue.save(one('abc.mp4').key)
  expect(one('abc.mp4').saving).toBe('failed')
  expect(drafts.size).toBe(1)
  around.save = good
  await queue.save(one('abc.mp4').key)
  expect(one('abc.mp4').saving).toBe('no')
  expect(saved[0]?.changes).toEqual({ name: 'Le bal' })
})

test('a refusal keeps the title for the file that comes instead', async () => {
  server.refuseBegin = { status: 422, body: { detail: 'Video file unreadable.' } }
  await queue.add([clip('abc.mp4')])
  await until(() => one('abc.mp4').stage === 'refused')
  expect(one('abc.mp4').reason).toBe('not-media')
  queue.edit(one('abc.mp4').key, { title: 'Le bal' })
  server.refuseBegin = null
  await queue.replace(one('abc.mp4').key, clip('original.mp4'))
  await until(() => server.videos.length === 1)
  expect(queue.items.map((i) => i.name)).toEqual(['original.mp4'])
  expect(server.videos[0]?.metadata.name).toBe('Le bal')
})

test('a later visit finds what is unfinished and what is being encoded', async () => {
  server.uploads.set('u1', { name: 'a.mp4', size: 1000, bytes: Buffer.alloc(400, 'x'), metadata: {} })
  unfinished = [{ uploadId: 'u1', filename: 'a.mp4', size: 1000, received: 400, metadata: { name: 'Le bal', privacy: 2, channelId: 3, lastModified: 5 } }]
  works = [{ video: { id: 9, uuid: 'w', shortUUID: 'w' }, name: 'Hier', privacy: 1, group: 7, progress: { ...ready, stage: 'encoding' } }]
  await queue.recall()
  expect(stages()).toEqual(['a.mp4 missing', 'Hier received'])
  expect(one('a.mp4').settings).toMatchObject({ title: 'Le bal', privacy: 2, group: 3 })
  expect(queue.give(one('a.mp4').key, clip('other.mp4'))).toBe(false)
  expect(queue.give(one('a.mp4').key, clip('a.mp4', 999))).toBe(false)
  await queue.add([clip('a.mp4')])
  await until(() => server.videos.length === 1)
  expect(server.log.filter((line) => line === 'POST')).toEqual([])
  await queue.recall()
  expect(queue.items).toHaveLength(2)
})

test('a file that the browser may open again needs no picking', async () => {
  server.uploads.set('u1', { name: 'a.mp4', size: 1000, bytes: Buffer.alloc(400, 'x'), metadata: {} })
  unfinished = [{ uploadId: 'u1', filename: 'a.mp4', size: 1000, received: 400, metadata: { lastModified: 5 } }]
  let asked = false
  around.handles.open = async (_, mayAsk) => {
    asked ||= mayAsk
    return mayAsk ? clip('a.mp4') : 'ask'
  }
  await queue.recall()
  expect(one('a.mp4')).toMatchObject({ stage: 'missing', handle: true })
  expect(await queue.reopen(one('a.mp4').key)).toBe(true)
  expect(asked).toBe(true)
  await until(() => server.videos.length === 1)
})

test('an upload that the server forgot begins anew by itself', async () => {
  unfinished = [{ uploadId: 'forgotten', filename: 'a.mp4', size: 1000, received: 400, metadata: { lastModified: 5 } }]
  await queue.recall()
  await queue.add([clip('a.mp4')])
  await until(() => server.videos.length === 1)
  expect(server.videos[0]?.bytes.length).toBe(1000)
})

test('the answer to the last piece is lost and the server has ended the upload: the video is found, not sent twice', async () => {
  server.accidents = [{ cutAfter: 400 }]
  around.made = async (title) => (title === 'abc' && server.videos.length === 0 ? { id: 1, uuid: 'found', shortUUID: 'f' } : null)
  let once = true
  hold = async () => {
    if (server.log.length < 2 || !once) return
    once = false
    server.uploads.clear()
  }
  await queue.add([clip('abc.mp4')])
  await until(() => one('abc.mp4').stage === 'received')
  expect(one('abc.mp4').video?.uuid).toBe('found')
  expect(server.log.filter((line) => line === 'POST')).toHaveLength(1)
})

test('taking a file off the list frees the server and lets the next go', async () => {
  let once = true
  hold = async () => {
    if (!once) return
    once = false
    void queue.remove(one('a.mp4').key)
  }
  await queue.add([clip('a.mp4'), clip('b.mp4')])
  await until(() => server.videos.length === 1)
  await until(() => server.uploads.size === 0)
  // The server has it a moment before the page hears so.
  await vi.waitFor(() => expect(stages()).toEqual(['b.mp4 received']), { timeout: 5000, interval: 5 })
})

test('the network is away when a file begins: it says so and begins when it is back', async () => {
  await server.stop()
  const heard: string[] = []
  queue.listen(() => heard.push(queue.items[0]?.stage ?? ''))
  await queue.add([clip('a.mp4')])
  await until(() => heard.includes('cut'))
  await server.start()
  await until(() => server.videos.length === 1)
})
