import { describe, expect, test } from 'vitest'
import { NEAREST, nearer, part, pulled, whole } from './frame'

const wide = { width: 800, height: 400 }

describe('a picture in a frame', () => {
  test('the middle is shown until somebody moves it', () => {
    expect(part(wide, 1, whole)).toEqual({ left: 200, top: 0, width: 400, height: 400 })
    expect(part(wide, 6, whole)).toMatchObject({ left: 0, width: 800 })
    expect(part({ width: 10, height: 10 }, 1, whole)).toEqual({ left: 0, top: 0, width: 10, height: 10 })
  })

  test('it follows the hand, and stops at its edges', () => {
    const moved = pulled(wide, 1, whole, 100, 50)
    expect(part(wide, 1, moved)).toMatchObject({ left: 100, top: 0 })
    expect(part(wide, 1, pulled(wide, 1, whole, -5000, 0)).left).toBe(400)
    expect(part(wide, 1, pulled(wide, 1, whole, 5000, 0)).left).toBe(0)
  })

  test('nearer keeps the middle, within limits', () => {
    const near = nearer(wide, 1, whole, 2)
    expect(part(wide, 1, near)).toEqual({ left: 300, top: 100, width: 200, height: 200 })
    expect(nearer(wide, 1, whole, 99).near).toBe(NEAREST)
    const corner = { near: 4, across: 0, down: 0 }
    expect(part(wide, 1, nearer(wide, 1, corner, 1))).toEqual({ left: 0, top: 0, width: 400, height: 400 })
  })
})
