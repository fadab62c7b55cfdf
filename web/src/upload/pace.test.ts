import { expect, test } from 'vitest'
import { CHUNK_FIRST, nextChunk, Pace } from './pace'

test('no speed before anyone can know it', () => {
  const pace = new Pace()
  expect(pace.speed()).toBeNull()
  pace.note(0, 0)
  pace.note(1_000_000, 1000)
  expect(pace.speed()).toBeNull()
  pace.note(4_000_000, 4000)
  expect(pace.speed()).toBe(1_000_000)
  expect(pace.secondsLeft(30_000_000)).toBe(30)
})

test('only the last seconds count', () => {
  const pace = new Pace()
  for (let s = 0; s <= 60; s += 1) pace.note(s * 1_000_000, s * 1000)
  for (let s = 61; s <= 100; s += 1) pace.note(60_000_000 + (s - 60) * 100_000, s * 1000)
  expect(pace.speed()).toBeCloseTo(100_000, -3)
})

test('a pause is nobody’s speed', () => {
  const pace = new Pace()
  pace.note(0, 0)
  pace.note(5_000_000, 5000)
  pace.rest()
  expect(pace.speed()).toBeNull()
})

test('chunks follow the network, between their bounds', () => {
  expect(nextChunk(CHUNK_FIRST, 1500, 0)).toBe(CHUNK_FIRST * 2)
  expect(nextChunk(CHUNK_FIRST, 3000, 0)).toBe(CHUNK_FIRST)
  expect(nextChunk(CHUNK_FIRST, 60_000, 0)).toBe(CHUNK_FIRST / 4)
  expect(nextChunk(256 * 1024, 60_000, 0)).toBe(256 * 1024)
  expect(nextChunk(CHUNK_FIRST, 1, 4_000_000)).toBe(4_000_000)
  expect(nextChunk(64 * 1024 * 1024, 1, 0)).toBe(64 * 1024 * 1024)
})
