import { afterEach, beforeEach, expect, test } from 'vitest'
import type { VideoMade } from '../api/types'
import { ask, begin, cancel, Refused, sendRest, Unknown, type Wire } from './resumable'
import { StandIn } from './standin'

const MIB = 1024 * 1024
const content = Buffer.alloc(3 * MIB, 'kiosque ')
const file = new File([content], 'bal.mp4', { type: 'video/mp4', lastModified: 1_700_000_000_000 })

let server: StandIn
let clock: number
let waited: number[]
let onWait: (() => Promise<unknown>) | null

const wire: Wire = {
  fetch: (path, init) => fetch(server.url + path, init),
  now: () => (clock += 1000),
  wait: async (milliseconds, signal) => {
    if (signal.aborted) throw new DOMException('stopped', 'AbortError')
    waited.push(milliseconds)
    await onWait?.()
  },
}
const never = new AbortController().signal

beforeEach(async () => {
  server = await new StandIn().start()
  clock = 0
  waited = []
  onWait = null
})
afterEach(() => server.stop())

/** Sends the file in pieces of one mebibyte. Returns the video and what the page heard. */
async function upload(signal = never, from?: { uploadId: string; received: number }) {
  const heard: (number | boolean)[] = []
  const begun = from ?? (await begin(wire, file, { name: 'Le bal', channelId: 1 }, signal))
  const ears = { sent: (bytes: number) => heard.push(bytes), cut: (is: boolean) => heard.push(is) }
  const video: VideoMade = await sendRest(wire, file, begun.uploadId, begun.received, ears, signal, MIB)
  return { video, heard }
}

test('sends a file in pieces and gets its video', async () => {
  const { video, heard } = await upload()
  expect(video.uuid).toBe('uuid-1')
  expect(heard).toEqual([MIB, 2 * MIB])
  expect(server.videos[0]?.bytes.equals(content)).toBe(true)
  expect(server.videos[0]?.metadata).toMatchObject({ name: 'Le bal', channelId: 1, filename: 'bal.mp4', lastModified: 1_700_000_000_000 })
  expect(server.log).toEqual(['POST', `PUT bytes 0-1048575/3145728`, `PUT bytes 1048576-2097151/3145728`, `PUT bytes 2097152-3145727/3145728`])
})

test('a connection that breaks in a piece: it waits, asks, and goes on from where the server is', async () => {
  server.accidents = [{ cutAfter: MIB }, { cutAfter: 300_000 }]
  const { heard } = await upload()
  expect(server.videos[0]?.bytes.equals(content)).toBe(true)
  expect(heard.slice(0, 3)).toEqual([true, false, MIB])
  expect(waited).toEqual([1000, 1000])
  expect(server.log).toContain('PUT bytes */3145728')
})

test('a server that is killed and comes back', async () => {
  server.accidents = [{ cutAfter: MIB }]
  let deaths = 0
  onWait = async () => {
    deaths += 1
    if (deaths === 1) await server.stop()
    if (deaths === 4) await server.start()
  }
  const { video } = await upload()
  expect(video.uuid).toBe('uuid-1')
  expect(waited.slice(0, 4)).toEqual([1000, 2000, 4000, 8000])
  expect(server.videos[0]?.bytes.equals(content)).toBe(true)
})

test('a server that asks for patience gets it', async () => {
  server.accidents = [{ status: 503, headers: { 'Retry-After': '7' } }, { status: 500 }]
  await upload()
  expect(waited).toEqual([7000, 1000])
  expect(server.videos[0]?.bytes.equals(content)).toBe(true)
})

test('the same file finds its unfinished upload again', async () => {
  const stop = new AbortController()
  const begun = await begin(wire, file, {}, never)
  const first = sendRest(wire, file, begun.uploadId, 0, { sent: () => stop.abort(), cut: () => undefined }, stop.signal, MIB)
  await expect(first).rejects.toMatchObject({ name: 'AbortError' })
  const again = await begin(wire, file, {}, never)
  expect(again).toEqual({ uploadId: begun.uploadId, received: MIB })
  await upload(never, again)
  expect(server.videos).toHaveLength(1)
  expect(server.videos[0]?.bytes.equals(content)).toBe(true)
})

test('the answer to the last piece is lost: asking gives the video', async () => {
  const begun = await begin(wire, file, {}, never)
  const held = server.uploads.get(begun.uploadId)
  if (held) held.bytes = content
  expect(await ask(wire, begun.uploadId, file.size, never)).toMatchObject({ uuid: 'uuid-1' })
})

test('refusals keep their code and sentence, and end it', async () => {
  server.refuseBegin = { status: 413, body: { code: 'quota_reached', detail: 'The user video quota is exceeded.' } }
  await expect(upload()).rejects.toMatchObject({ status: 413, code: 'quota_reached', detail: 'The user video quota is exceeded.' })
  server.refuseBegin = { status: 413, body: { error: { code: 'RequestEntityTooLarge', message: 'too large' } } }
  await expect(upload()).rejects.toMatchObject({ code: 'RequestEntityTooLarge', detail: 'too large' })
  server.refuseBegin = null
  server.accidents = [{ status: 422, body: { detail: 'Video file unreadable.' } }]
  await expect(upload()).rejects.toBeInstanceOf(Refused)
  expect(waited).toEqual([])
})

test('an upload that the server forgot', async () => {
  await expect(upload(never, { uploadId: 'gone', received: 0 })).rejects.toBeInstanceOf(Unknown)
})

test('giving up frees the server', async () => {
  const begun = await begin(wire, file, {}, never)
  await cancel(wire, begun.uploadId)
  expect(server.uploads.size).toBe(0)
})

test('a file that cannot be read any more is no cut connection', async () => {
  const begun = await begin(wire, file, {}, never)
  const broken = { size: file.size, slice: () => ({ arrayBuffer: () => Promise.reject(new DOMException('gone', 'NotReadableError')) }) } as unknown as Blob
  server.accidents = [{ cutAfter: 0 }]
  await expect(
    sendRest({ ...wire, fetch: () => Promise.reject(new TypeError('failed')) }, broken, begun.uploadId, 0, { sent: () => undefined, cut: () => undefined }, never),
  ).rejects.toMatchObject({ name: 'NotReadableError' })
})
