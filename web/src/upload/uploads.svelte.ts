import type { UploadRoom } from '../api/types'
import type { Item } from './item'
import { Queue } from './queue'
import { surroundings } from './server'

/**
 * The uploads of this visit, as reactive fields. They go on while the reader looks at other pages of the site:
 * the queue lives as long as the tab.
 */
class Uploads {
  items = $state.raw<readonly Item[]>([])
  room = $state.raw<UploadRoom | null>(null)

  private made: Queue | null = null
  private account: string | null = null

  /** The queue of an account, made at its first use. Another account's ends. */
  queue(account: string): Queue {
    if (this.made && this.account === account) return this.made
    this.made?.end()
    const queue = new Queue(surroundings())
    this.account = account
    this.made = queue
    this.items = []
    queue.listen(() => {
      this.items = queue.items
      this.room = queue.room
    })
    return queue
  }
}

export const uploads = new Uploads()
