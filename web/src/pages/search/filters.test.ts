import { expect, test } from 'vitest'
import { chosen, query } from './filters'

const now = new Date('2026-11-23T10:00:00')

test('an address becomes a question', () => {
  const asked = query(new URLSearchParams('search=fête&duration=short&category=1&sort=-views'), now)
  expect(asked).toMatchObject({ search: 'fête', durationMin: null, durationMax: 240, categoryOneOf: '1', sort: '-views' })
})

test('dates begin at midnight, unknown values are ignored', () => {
  const asked = query(new URLSearchParams('date=week&duration=endless&sort=nonsense'), now)
  expect(asked.startDate).toBe(new Date('2026-11-16T00:00:00').toISOString())
  expect(asked.durationMin).toBeUndefined()
  expect(asked.sort).toBe('-publishedAt')
})

test('the words are no filter', () => {
  expect(chosen(new URLSearchParams('search=a&tag=b&date='))).toEqual(['tag'])
})
