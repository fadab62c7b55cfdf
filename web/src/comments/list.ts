import { api } from '../api/client'
import { Problem } from '../api/problem'
import type { List, ListedComment } from '../api/types'
import { blocks } from '../parts/markdown'
import type { Where } from '../router.svelte'

export const COUNT = 25
export type Which = 'all' | 'waiting' | 'shown'
export interface Found {
  comments: List<ListedComment>
  /** How many wait for approval. */
  waiting: number
  which: Which
}

/** A page of comments, as the address asks for it. `path` is one's own list or that of the kiosk. */
export async function load(path: '/users/me/videos/comments' | '/videos/comments', { url, signal }: Pick<Where, 'url' | 'signal'>): Promise<Found> {
  const of = (name: string) => url.searchParams.get(name)
  const page = Math.max(1, Number(of('page')) || 1)
  const which = of('which') === 'waiting' ? 'waiting' : of('which') === 'shown' ? 'shown' : 'all'
  const query = {
    search: of('search'),
    searchAccount: of('author'),
    searchVideo: of('video'),
    isHeldForReview: which === 'all' ? null : which === 'waiting',
    sort: '-createdAt',
    start: (page - 1) * COUNT,
    count: COUNT,
  }
  const [comments, waiting] = await Promise.all([
    api.get<List<ListedComment>>(path, query, signal),
    api.get<List<ListedComment>>(path, { isHeldForReview: true, count: 0 }, signal),
  ])
  return { comments, waiting: waiting.total, which }
}

/** The beginning of a text, without its marks, for a line of a table. */
export function begin(text: string, most = 200): string {
  const words = blocks(text)
    .flatMap((block) => (block.kind === 'list' ? block.items : block.lines))
    .map((line) => line.map((one) => one.text).join(''))
    .join(' ')
  return words.length > most ? `${words.slice(0, most).trimEnd()}…` : words
}

/** Does the same to several comments, one after the other. One that somebody removed meanwhile, or showed already, does not keep the others from it. */
export async function each(comments: ListedComment[], verb: 'approve' | 'remove'): Promise<void> {
  for (const { id, video } of comments) {
    const path = `/videos/${video.uuid}/comments/${id}`
    await (verb === 'approve' ? api.post(`${path}/approve`) : api.delete(path)).catch((error: unknown) => {
      if (!(error instanceof Problem && (error.status === 404 || error.status === 409))) throw error
    })
  }
}

/** Removes all that an account wrote: below one's own videos, or on the whole kiosk. */
export function removeAllOf(account: { name: string; host: string }, everywhere: boolean): Promise<void> {
  return api.post('/bulk/remove-comments-of', {
    accountName: `${account.name}@${account.host}`,
    scope: everywhere ? 'instance' : 'my-videos-and-collaborations',
  })
}
