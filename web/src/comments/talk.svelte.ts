import type { Comment, CommentTree } from '../api/types'
import { THREADS, type Comments, type Order } from './api'

/** A comment on the page, with what is shown of the answers to it. */
export class Remark {
  comment = $state.raw<Comment>() as Comment
  /** Oldest first. */
  answers = $state<Remark[]>([])
  /** Answers to it that there are. */
  total = $state(0)
  /** Answers that were fetched in their order, from the first. */
  private fetched = 0

  constructor(tree: CommentTree, readonly above: Remark | null, inOrder = true) {
    this.comment = tree.comment
    this.take(tree.children, tree.totalChildren, inOrder)
  }

  /** Answers that are not shown yet. */
  get left(): number {
    return Math.max(0, this.total - this.answers.length)
  }
  get next(): number {
    return this.fetched
  }

  /** Puts answers where they belong; those that are there already are not shown twice. */
  take(trees: CommentTree[], total: number, inOrder = true): void {
    const known = new Set(this.answers.map((one) => one.comment.id))
    const fresh = trees.filter((tree) => !known.has(tree.comment.id)).map((tree) => new Remark(tree, this, inOrder))
    this.answers = [...this.answers, ...fresh].sort((a, b) => a.comment.id - b.comment.id)
    if (inOrder) this.fetched += trees.length
    this.total = total
  }

  /** Somebody has just answered it. */
  answered(comment: Comment): Remark {
    const answer = new Remark({ comment, children: [], totalChildren: 0 }, this)
    this.answers.push(answer)
    this.total += 1
    // Seen as in its order where nothing is missing before it.
    if (this.fetched === this.answers.length - 1) this.fetched += 1
    return answer
  }

  /** The first of the thread. */
  get first(): Remark {
    return this.above?.first ?? this
  }
}

/** The comments below a film, as the page shows them. */
export class Talk {
  threads = $state<Remark[]>([])
  /** Threads that there are. */
  total = $state(0)
  /** Comments that there are. */
  comments = $state(0)
  order = $state<Order>('newest')
  /** The page was asked to show one comment. */
  asked = $state<Remark | null>(null)
  private fetched = 0
  /** How many were written here. */
  private written = 0

  constructor(readonly server: Comments) {}

  get left(): number {
    return Math.max(0, this.total - this.fetched)
  }

  /** Begins anew in an order. */
  async begin(order: Order): Promise<void> {
    let page, before
    // What was written while the answer was under way may be missing in it.
    do {
      before = this.written
      page = await this.server.threads(order, 0)
    } while (before !== this.written)
    this.order = order
    this.threads = []
    this.asked = null
    this.fetched = 0
    this.take(page.data, page.total, page.totalNotDeletedComments)
  }

  async more(): Promise<void> {
    const page = await this.server.threads(this.order, this.fetched)
    this.take(page.data, page.total, page.totalNotDeletedComments)
  }

  private take(data: Comment[], total: number, comments: number): void {
    const known = new Set(this.threads.map((one) => one.comment.id))
    const fresh = data.filter((comment) => !known.has(comment.id))
    // How many answer the first itself is known when they are fetched.
    this.threads.push(...fresh.map((comment) => new Remark({ comment, children: [], totalChildren: comment.totalReplies }, null)))
    this.fetched += data.length < THREADS ? total - this.fetched : data.length
    this.total = total
    this.comments = comments
  }

  /** Shows the way to one comment, its thread before all others. */
  async lead(id: number): Promise<void> {
    const first = new Remark(await this.server.wayTo(id), null, false)
    this.threads = [first, ...this.threads.filter((one) => one.comment.id !== first.comment.id)]
    let at = first
    while (at.comment.id !== id && at.answers[0]) at = at.answers[0]
    this.asked = at
  }

  async answers(to: Remark): Promise<void> {
    const page = await this.server.replies(to.comment.id, to.next)
    to.take(page.data, page.total)
  }

  async write(text: string, to: Remark | null): Promise<Remark> {
    const comment = await this.server.write(text, to?.comment.id ?? null)
    this.written += 1
    // The list may have come meanwhile, with it.
    const there = to ? undefined : this.threads.find((one) => one.comment.id === comment.id)
    if (there) return there
    this.comments += 1
    if (!to) {
      const thread = new Remark({ comment, children: [], totalChildren: 0 }, null)
      // Behind the one that stands above all others.
      const at = this.threads[0]?.comment.pinned ? 1 : 0
      this.threads.splice(at, 0, thread)
      this.total += 1
      this.fetched += 1
      return thread
    }
    const first = to.first
    first.comment = { ...first.comment, totalReplies: first.comment.totalReplies + 1 }
    return to.answered(comment)
  }

  async change(remark: Remark, text: string): Promise<void> {
    const comment = await this.server.change(remark.comment.id, text)
    remark.comment = { ...comment, totalReplies: remark.comment.totalReplies }
  }

  async approve(remark: Remark): Promise<void> {
    await this.server.approve(remark.comment.id)
    remark.comment = { ...remark.comment, heldForReview: false }
  }

  async pin(remark: Remark, pinned: boolean): Promise<void> {
    await this.server.pin(remark.comment.id, pinned)
    await this.begin(this.order)
  }

  /** Removes a comment: an empty place stays while something answers it. */
  async remove(remark: Remark, by: 'author' | 'group' | 'staff'): Promise<void> {
    await this.server.remove(remark.comment.id)
    this.comments -= 1
    if (remark.above) {
      const first = remark.first
      first.comment = { ...first.comment, totalReplies: first.comment.totalReplies - 1 }
    }
    remark.comment = { ...remark.comment, text: '', account: null, isDeleted: true, pinned: false, heldForReview: false, removedBy: by, deletedAt: new Date().toISOString() }
    this.tidy(remark)
  }

  /** Takes an empty place away when nothing answers it, and what is above it then. */
  private tidy(remark: Remark): void {
    if (!remark.comment.isDeleted || remark.total > 0) return
    const above = remark.above
    if (above) {
      above.answers = above.answers.filter((one) => one !== remark)
      above.total -= 1
      this.tidy(above)
    } else {
      this.threads = this.threads.filter((one) => one !== remark)
      this.total -= 1
      this.fetched -= 1
    }
  }
}

/** The comment that the address of the page names: `#comment-12`, or `;threadId=12` as PeerTube writes it. */
export function named(url: URL): number | null {
  const found = /^#comment-(\d+)$/.exec(url.hash) ?? /;threadId=(\d+)/.exec(url.pathname)
  return found ? Number(found[1]) : null
}
