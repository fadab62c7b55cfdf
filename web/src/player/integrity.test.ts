import { createHash } from 'node:crypto'
import { expect, test, vi } from 'vitest'
import { integrityCheck } from './integrity'

const bytes = (text: string) => new TextEncoder().encode(text).buffer as ArrayBuffer
const sum = (text: string) => createHash('sha256').update(text).digest('hex')
const at = 'https://k.example/static/hls/u/'

test('accepts what the server published and refuses what was changed', async () => {
  const get = vi.fn(async () => ({ 'a-720-fragmented.mp4': { '100-104': sum('hello') } }))
  const check = integrityCheck(`${at}s.json`, get)
  expect(await check(`${at}a-720-fragmented.mp4?videoFileToken=x`, 100, bytes('hello'))).toBe(true)
  expect(await check(`${at}a-720-fragmented.mp4`, 100, bytes('hallo'))).toBe(false)
  expect(get).toHaveBeenCalledTimes(1)
})

test('asks again for a piece that the list does not name yet', async () => {
  let asked = 0
  const check = integrityCheck(`${at}s.json`, async () => {
    asked += 1
    return { 'a.mp4': asked > 2 ? { '0-4': sum('hello') } : {} }
  })
  expect(await check(`${at}a.mp4`, 0, bytes('hello'))).toBe(true)
  expect(asked).toBe(3)
})

test('gives up on what stays unknown, and when the list cannot be read', async () => {
  const get = vi.fn(async () => Promise.reject(new Error('offline')))
  const check = integrityCheck(`${at}s.json`, get)
  expect(await check(`${at}a.mp4`, 0, bytes('hello'))).toBe(false)
  expect(get).toHaveBeenCalledTimes(4)
})

test('whole segment files, as lives have them', async () => {
  const check = integrityCheck(`${at}s.json`, async () => ({ '0-000001.ts': sum('hello') }))
  expect(await check(`${at}0-000001.ts`, undefined, bytes('hello'))).toBe(true)
})
