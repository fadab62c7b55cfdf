import { expect, test } from 'vitest'
import { spriteAt } from './storyboard'

const board = { storyboardPath: '/x.jpg', totalWidth: 1920, totalHeight: 1080, spriteWidth: 192, spriteHeight: 108, spriteDuration: 10 }

test('finds the small picture of a time, row by row', () => {
  expect(spriteAt(board, 0)).toEqual({ size: '1000% 1000%', position: '0% 0%', ratio: 192 / 108 })
  expect(spriteAt(board, 95).position).toBe('100% 0%')
  expect(spriteAt(board, 100).position).toBe(`0% ${(1 / 9) * 100}%`)
})

test('the last picture serves the end, the first what is before', () => {
  expect(spriteAt(board, 999_999).position).toBe('100% 100%')
  expect(spriteAt(board, -3).position).toBe('0% 0%')
})

test('a board of one picture', () => {
  const one = { ...board, totalWidth: 192, totalHeight: 108, spriteDuration: 1 }
  expect(spriteAt(one, 5)).toEqual({ size: '100% 100%', position: '0% 0%', ratio: 192 / 108 })
})
