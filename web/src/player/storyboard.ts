/** The storyboard: one picture that holds many small ones, shown while the reader looks for a place. */

/** As the server sends it: sizes in pixels, `spriteDuration` in seconds. */
export interface Storyboard {
  storyboardPath: string
  totalWidth: number
  totalHeight: number
  spriteWidth: number
  spriteHeight: number
  spriteDuration: number
}

/** Where the small picture of a time lies in the large one: a CSS size and position, in percent, free of any scale. */
export interface Sprite {
  size: string
  position: string
  ratio: number
}

/** Finds the small picture for a time. Pictures lie in rows, left to right; the last one serves all later times. */
export function spriteAt(board: Storyboard, time: number): Sprite {
  const columns = Math.max(1, Math.round(board.totalWidth / board.spriteWidth))
  const rows = Math.max(1, Math.round(board.totalHeight / board.spriteHeight))
  const wanted = Math.floor(Math.max(0, time) / Math.max(0.001, board.spriteDuration))
  const index = Math.min(columns * rows - 1, wanted)
  const along = (place: number, count: number) => (count > 1 ? (place / (count - 1)) * 100 : 0)
  const position = `${along(index % columns, columns)}% ${along(Math.floor(index / columns), rows)}%`
  return { size: `${columns * 100}% ${rows * 100}%`, position, ratio: board.spriteWidth / board.spriteHeight }
}
