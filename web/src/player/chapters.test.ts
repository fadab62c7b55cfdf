import { expect, test } from 'vitest'
import { barPieces, loadedUntil, partAt, parts } from './chapters'

const chapters = [
  { timecode: 492, title: 'Polka' },
  { timecode: 0, title: 'L’arrivée' },
  { timecode: 1180, title: 'La Marche' },
]

test('cuts the film into its chapters, in order', () => {
  expect(parts(chapters, 2000)).toEqual([
    { start: 0, end: 492, title: 'L’arrivée' },
    { start: 492, end: 1180, title: 'Polka' },
    { start: 1180, end: 2000, title: 'La Marche' },
  ])
})

test('a film without a mark at zero begins with a part without a name', () => {
  expect(parts([{ timecode: 60, title: 'Suite' }], 100)[0]).toEqual({ start: 0, end: 60, title: '' })
  expect(parts([], 100)).toEqual([{ start: 0, end: 100, title: '' }])
})

test('marks beyond the end, before the beginning and on one another are left out', () => {
  const all = parts([{ timecode: -1, title: 'a' }, { timecode: 5, title: 'b' }, { timecode: 5.4, title: 'c' }, { timecode: 100, title: 'd' }], 100)
  expect(all.map((p) => p.title)).toEqual(['', 'b'])
  expect(parts(chapters, 0)).toEqual([])
})

test('knows the part of a moment', () => {
  const all = parts(chapters, 2000)
  expect(partAt(all, 0)?.title).toBe('L’arrivée')
  expect(partAt(all, 492)?.title).toBe('Polka')
  expect(partAt(all, 1999)?.title).toBe('La Marche')
  expect(partAt([], 3)).toBeUndefined()
})

test('fills the bar with what was played and what is loaded', () => {
  const all = parts([{ timecode: 0, title: 'a' }, { timecode: 50, title: 'b' }], 100)
  expect(barPieces(all, 60, [[55, 80]])).toEqual([
    { len: 50, done: 100, got: 100 },
    { len: 50, done: 20, got: 60 },
  ])
  expect(barPieces(all, 10, [])).toEqual([
    { len: 50, done: 20, got: 20 },
    { len: 50, done: 0, got: 0 },
  ])
})

test('what is loaded counts up to the first gap', () => {
  expect(loadedUntil([[0, 10], [20, 30]], 5)).toBe(10)
  expect(loadedUntil([[0, 10], [20, 30]], 15)).toBe(15)
  expect(loadedUntil([[20.2, 30]], 20)).toBe(30)
})
