import { Problem } from '../api/problem'
import { refusal } from './refusal'

/** One thing the reader asked for: whether it is being done, and what came of it, to be said beside its button. */
export class Act {
  busy = $state(false)
  said = $state<{ kind: 'good' | 'bad'; text: string } | null>(null)

  /**
   * Does it, once at a time. `done` is said after, when it is anything; `explain` may put the server's refusal in the
   * reader's words, else it is said by its kind. True when it was done.
   */
  async run(task: () => Promise<unknown>, done: string | (() => string), explain?: (problem: Problem) => string | undefined): Promise<boolean> {
    if (this.busy) return false
    this.busy = true
    this.said = null
    try {
      await task()
      const text = typeof done === 'string' ? done : done()
      if (text) this.said = { kind: 'good', text }
      return true
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      this.said = { kind: 'bad', text: explain?.(error) ?? refusal(error) }
      return false
    } finally {
      this.busy = false
    }
  }
}
