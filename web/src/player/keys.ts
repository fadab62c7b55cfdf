/** The keyboard of the player. */

/** What a key asks for. Seconds for `skip`, a share of the film (0 to 1) for `jump`, a step for `volume` and `speed`. */
export type Act =
  | { do: 'play' | 'mute' | 'captions' | 'full' | 'theatre' | 'picture' | 'frame-back' | 'frame-on' }
  | { do: 'skip'; seconds: number }
  | { do: 'jump'; to: number }
  | { do: 'volume'; step: number }
  | { do: 'speed'; step: 1 | -1 }

/** The part of a keyboard event that decides. */
export interface Key {
  key: string
  ctrlKey?: boolean
  metaKey?: boolean
  altKey?: boolean
}

const ACTS = new Map<string, Act>(Object.entries({
  ' ': { do: 'play' },
  k: { do: 'play' },
  ArrowLeft: { do: 'skip', seconds: -5 },
  ArrowRight: { do: 'skip', seconds: 5 },
  j: { do: 'skip', seconds: -10 },
  l: { do: 'skip', seconds: 10 },
  ArrowUp: { do: 'volume', step: 0.05 },
  ArrowDown: { do: 'volume', step: -0.05 },
  Home: { do: 'jump', to: 0 },
  End: { do: 'jump', to: 1 },
  m: { do: 'mute' },
  c: { do: 'captions' },
  f: { do: 'full' },
  t: { do: 'theatre' },
  i: { do: 'picture' },
  ',': { do: 'frame-back' },
  '.': { do: 'frame-on' },
  '<': { do: 'speed', step: -1 },
  '>': { do: 'speed', step: 1 },
} satisfies Record<string, Act>))

/** What a key asks of the player, or null when it is none of its keys. Shortcuts of the browser stay the browser's. */
export function actOf(event: Key): Act | null {
  if (event.ctrlKey || event.metaKey || event.altKey) return null
  if (/^\d$/.test(event.key)) return { do: 'jump', to: Number(event.key) / 10 }
  return ACTS.get(event.key) ?? ACTS.get(event.key.toLowerCase()) ?? null
}

/** What has the focus, as far as keys go. */
export interface Focus {
  tag: string
  type?: string
  /** Text is typed here, or a list is chosen from. */
  editable?: boolean
}

/**
 * Whether a key belongs to the thing that has the focus rather than to the player: letters where text is typed,
 * the space bar on buttons and ticks, arrows where they move a choice.
 */
export function belongsToFocus(focus: Focus | null, event: Key): boolean {
  if (!focus) return false
  if (focus.editable || focus.tag === 'TEXTAREA' || focus.tag === 'SELECT') return true
  const pressable = ['BUTTON', 'A', 'SUMMARY'].includes(focus.tag)
  if (focus.tag !== 'INPUT') return pressable && (event.key === ' ' || event.key === 'Enter')
  if (focus.type === 'range') return event.key === 'Tab'
  if (focus.type === 'radio') return event.key === ' ' || event.key.startsWith('Arrow')
  if (focus.type === 'checkbox' || focus.type === 'button' || focus.type === 'submit') return event.key === ' '
  return true
}

/** The speeds on offer. */
export const SPEEDS: readonly number[] = [0.5, 0.75, 1, 1.25, 1.5, 1.75, 2]

/** The next speed up or down, the same one at the ends. */
export function nextSpeed(now: number, step: 1 | -1): number {
  const next = step > 0 ? SPEEDS.find((s) => s > now + 0.01) : [...SPEEDS].reverse().find((s) => s < now - 0.01)
  return next ?? now
}
