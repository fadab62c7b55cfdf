import { expect, test } from 'vitest'
import { hue, initials } from './avatar'

test('initials leave small words out', () => {
  expect(initials('Maison de quartier des Tilleuls')).toBe('MQ')
  expect(initials('La Roue libre')).toBe('RL')
  expect(initials('kiosque')).toBe('K')
  expect(initials('L’été')).toBe('É')
  expect(initials('')).toBe('')
})

test('a name keeps its colour, within the six', () => {
  expect(hue('fanfare')).toBe(hue('fanfare'))
  for (const name of ['a', 'ab', 'été', '東京']) expect([1, 2, 3, 4, 5, 6]).toContain(hue(name))
})
