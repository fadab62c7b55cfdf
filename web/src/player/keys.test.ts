import { expect, test } from 'vitest'
import { actOf, belongsToFocus, nextSpeed } from './keys'

test('the keys of the player', () => {
  expect(actOf({ key: ' ' })).toEqual({ do: 'play' })
  expect(actOf({ key: 'K' })).toEqual({ do: 'play' })
  expect(actOf({ key: 'ArrowLeft' })).toEqual({ do: 'skip', seconds: -5 })
  expect(actOf({ key: 'l' })).toEqual({ do: 'skip', seconds: 10 })
  expect(actOf({ key: '7' })).toEqual({ do: 'jump', to: 0.7 })
  expect(actOf({ key: 'End' })).toEqual({ do: 'jump', to: 1 })
  expect(actOf({ key: '>' })).toEqual({ do: 'speed', step: 1 })
  expect(actOf({ key: 'x' })).toBeNull()
  expect(actOf({ key: 'toString' })).toBeNull()
})

test('shortcuts of the browser stay the browser’s', () => {
  expect(actOf({ key: 'f', ctrlKey: true })).toBeNull()
  expect(actOf({ key: 'ArrowLeft', altKey: true })).toBeNull()
  expect(actOf({ key: 'c', metaKey: true })).toBeNull()
})

test('keys belong to what has the focus', () => {
  expect(belongsToFocus({ tag: 'INPUT', type: 'text' }, { key: 'k' })).toBe(true)
  expect(belongsToFocus({ tag: 'TEXTAREA' }, { key: ' ' })).toBe(true)
  expect(belongsToFocus({ tag: 'BUTTON' }, { key: ' ' })).toBe(true)
  expect(belongsToFocus({ tag: 'BUTTON' }, { key: 'ArrowRight' })).toBe(false)
  expect(belongsToFocus({ tag: 'INPUT', type: 'radio' }, { key: 'ArrowDown' })).toBe(true)
  expect(belongsToFocus({ tag: 'INPUT', type: 'range' }, { key: 'ArrowRight' })).toBe(false)
  expect(belongsToFocus(null, { key: ' ' })).toBe(false)
})

test('speeds go up and down and stop at the ends', () => {
  expect(nextSpeed(1, 1)).toBe(1.25)
  expect(nextSpeed(1, -1)).toBe(0.75)
  expect(nextSpeed(2, 1)).toBe(2)
  expect(nextSpeed(0.5, -1)).toBe(0.5)
  expect(nextSpeed(1.1, 1)).toBe(1.25)
})
