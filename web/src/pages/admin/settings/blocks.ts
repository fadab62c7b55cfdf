import type { HomeBlock } from '../../../api/types'
import { t } from '../../../i18n/index.svelte'

/** What a home page is made of, in the order in which it is offered. */
export const KINDS: readonly HomeBlock['kind'][] = ['videos', 'featured', 'billboard', 'groups', 'group', 'playlist', 'welcome']
/** Blocks of a page, and things in one, at most. */
export const MOST = 20
export const MOST_IN_ONE = 24

/** A block of a kind as it is before anybody has chosen anything of it. */
export function begun(kind: HomeBlock['kind'], group: string, playlist: string): HomeBlock {
  switch (kind) {
    case 'welcome':
      return { kind }
    case 'billboard':
      return { kind, video: null }
    case 'videos':
      return { kind, heading: '', order: 'trending', count: 8 }
    case 'featured':
      return { kind, heading: '', videos: [] }
    case 'groups':
      return { kind, count: 6 }
    case 'group':
      return { kind, name: group, count: 4 }
    case 'playlist':
      return { kind, playlist, count: 4 }
  }
}

/** With a number where a number is asked for, also when its field is empty. */
export function whole(block: HomeBlock): HomeBlock {
  return 'count' in block ? { ...block, count: Math.max(0, Math.round(Number(block.count) || 0)) } : block
}

/** What a block is called where blocks are put in order: its own heading, else its kind. */
export function nameOf(block: HomeBlock): string {
  if ('heading' in block && block.heading.trim()) return block.heading.trim()
  if (block.kind === 'videos') return t(`home.orders.${block.order}`)
  return t(`blocks.kinds.${block.kind}`)
}
