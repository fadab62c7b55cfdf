/** What the server knows of the comments below a film. */

import { request } from '../api/client'
import type { Comment, CommentMade, CommentThreads, CommentTree, List } from '../api/types'

/** In which order threads come. */
export type Order = 'newest' | 'oldest' | 'busiest'
const SORTS: Record<Order, string> = { newest: '-createdAt', oldest: 'createdAt', busiest: '-totalReplies' }

/** Threads of one request, and answers of one request. */
export const THREADS = 15
export const REPLIES = 20

/** The comments of one film. `headers` open it where it has a password. */
export class Comments {
  constructor(
    private readonly film: string,
    readonly headers: Record<string, string>,
  ) {}

  threads(order: Order, start: number): Promise<CommentThreads> {
    return this.ask('GET', '/comment-threads', { query: { sort: SORTS[order], start, count: THREADS } })
  }
  replies(id: number, start: number): Promise<List<CommentTree>> {
    return this.ask('GET', `/comments/${id}/replies`, { query: { start, count: REPLIES } })
  }
  /** The way from the first of a thread to a comment. */
  wayTo(id: number): Promise<CommentTree> {
    return this.ask('GET', `/comments/${id}`)
  }
  async write(text: string, replyTo: number | null): Promise<Comment> {
    const path = replyTo === null ? '/comment-threads' : `/comments/${replyTo}`
    return (await this.ask<CommentMade>('POST', path, { body: { text } })).comment
  }
  async change(id: number, text: string): Promise<Comment> {
    return (await this.ask<CommentMade>('PUT', `/comments/${id}`, { body: { text } })).comment
  }
  remove(id: number): Promise<void> {
    return this.ask('DELETE', `/comments/${id}`)
  }
  approve(id: number): Promise<void> {
    return this.ask('POST', `/comments/${id}/approve`)
  }
  pin(id: number, pinned: boolean): Promise<void> {
    return this.ask(pinned ? 'PUT' : 'DELETE', `/comments/${id}/pin`)
  }

  private ask<T>(method: string, path: string, more: { query?: Record<string, string | number>; body?: unknown } = {}): Promise<T> {
    return request<T>(method, `/videos/${this.film}${path}`, { ...more, headers: this.headers })
  }
}
