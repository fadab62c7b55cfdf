/** A part of a picture, in its own points. */
export interface Part {
  left: number
  top: number
  width: number
  height: number
}

/** How somebody framed a picture: how near, from 1 on, and how far from its left and top, each from 0 to 1. */
export interface Framing {
  near: number
  across: number
  down: number
}

/** No nearer than this. */
export const NEAREST = 4
export const whole: Framing = { near: 1, across: 0.5, down: 0.5 }

const within = (value: number, least: number, most: number) => Math.min(most, Math.max(least, value))

/** The part of a picture that a frame of this shape (width by height) shows. */
export function part({ width, height }: { width: number; height: number }, shape: number, { near, across, down }: Framing): Part {
  const wide = Math.min(width, height * shape) / within(near, 1, NEAREST)
  const high = wide / shape
  return { left: (width - wide) * within(across, 0, 1), top: (height - high) * within(down, 0, 1), width: wide, height: high }
}

/** The framing after the picture was pulled by so many points of itself. */
export function pulled(picture: { width: number; height: number }, shape: number, framing: Framing, right: number, down: number): Framing {
  const now = part(picture, shape, framing)
  const place = (at: number, room: number, by: number) => (room < 1 ? 0.5 : within((at - by) / room, 0, 1))
  return { ...framing, across: place(now.left, picture.width - now.width, right), down: place(now.top, picture.height - now.height, down) }
}

/** The framing from nearer or further away. What is in the middle stays there, as far as the picture goes. */
export function nearer(picture: { width: number; height: number }, shape: number, framing: Framing, near: number): Framing {
  const before = part(picture, shape, framing)
  const next = { ...framing, near: within(near, 1, NEAREST) }
  const after = part(picture, shape, next)
  const place = (from: number, was: number, is: number, room: number) => (room < 1 ? 0.5 : within((from + (was - is) / 2) / room, 0, 1))
  return { ...next, across: place(before.left, before.width, after.width, picture.width - after.width), down: place(before.top, before.height, after.height, picture.height - after.height) }
}
