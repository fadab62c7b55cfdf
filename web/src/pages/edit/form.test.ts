import { expect, test } from 'vitest'
import { faults, local, seconds, tags, toBody, toChapters, type Form } from './form'

const form: Form = {
  name: 'Le bal',
  group: 3,
  description: '',
  tags: 'bal, été, bal, #place',
  category: '1',
  licence: '',
  language: 'fr',
  privacy: '1',
  passwords: 'secret',
  later: false,
  laterAt: '',
  laterFor: '1',
  date: '2026-08-30',
  nsfw: false,
  violent: false,
  explicit: false,
  nsfwSummary: '',
  downloadEnabled: true,
  commentsPolicy: '1',
  chapters: [
    { at: '2:05', title: 'Deux' },
    { at: '0:00', title: 'Un' },
    { at: '', title: '' },
  ],
}

test('what may hurt is told with its kinds, and what does not has none', () => {
  const hurts = { ...form, nsfw: true, explicit: true, nsfwSummary: ' Un cerf ' }
  expect(toBody(hurts)).toMatchObject({ nsfw: true, nsfwFlags: 2, nsfwSummary: 'Un cerf' })
  expect(toBody({ ...hurts, nsfw: false })).toMatchObject({ nsfw: false, nsfwFlags: 0, nsfwSummary: null })
})

test('the body says null for what is not said, and no password unless it is asked for', () => {
  expect(toBody(form)).toEqual({
    name: 'Le bal',
    channelId: 3,
    description: null,
    tags: ['bal', 'été', 'place'],
    category: 1,
    licence: null,
    language: 'fr',
    privacy: 1,
    scheduleUpdate: null,
    originallyPublishedAt: '2026-08-30T12:00:00.000Z',
    nsfw: false,
    nsfwFlags: 0,
    nsfwSummary: null,
    downloadEnabled: true,
    commentsPolicy: 1,
  })
  expect(toBody({ ...form, privacy: '5' }).videoPasswords).toEqual(['secret'])
})

test('chapters come in the order of the film, empty lines left out', () => {
  expect(toChapters(form, 300)).toEqual([
    { timecode: 0, title: 'Un' },
    { timecode: 125, title: 'Deux' },
  ])
  expect(toChapters(form, 100)).toBeNull()
  expect(toChapters({ ...form, chapters: [{ at: '0:01', title: '' }] }, 100)).toBeNull()
})

test('what cannot be saved is named', () => {
  expect(faults(form, 300)).toEqual([])
  expect(faults({ ...form, name: 'ab', tags: 'a', privacy: '5', passwords: '' }, 100)).toEqual(['name', 'tags', 'passwords', 'chapters'])
})

test('times and tags', () => {
  expect(seconds('1:02:25')).toBe(3745)
  expect(seconds('25')).toBe(-1)
  expect(tags(' a1 ,, b2 ')).toEqual(['a1', 'b2'])
})

test('a moment to publish at is to come, and counts for a private video only', () => {
  const later = { ...form, privacy: '3', chapters: [], later: true, laterAt: '2026-12-12T20:30' }
  const at = (iso: string) => new Date(iso)
  expect(faults(later, 100, at('2026-12-12T21:00:00'))).toEqual(['later'])
  expect(faults({ ...later, laterAt: '' }, 100, at('2026-12-12T20:00:00'))).toEqual(['later'])
  expect(faults(later, 100, at('2026-12-12T20:00:00'))).toEqual([])
  expect(toBody(later).scheduleUpdate).toEqual({ updateAt: new Date('2026-12-12T20:30').toISOString(), privacy: 1 })
  expect(toBody({ ...later, privacy: '1' }).scheduleUpdate).toBe(null)
  expect(local(new Date('2026-12-12T20:30'))).toBe('2026-12-12T20:30')
})
