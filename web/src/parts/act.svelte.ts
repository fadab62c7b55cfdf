import { Problem } from '../api/problem'

/** One thing the reader asked for: whether it is being done, and what came of it, to be said beside its button. */
export class Act {
  busy = $state(false)
  said = $state<{ kind: 'good' | 'bad'; text: string } | null>(null)

  /**
   * Does it, once at a time. `done` is said after; `explain` may put the server's refusal in the
   * reader's words, else its own sentence is said. True when it was done.
   */
  async run(task: () => Promise<unknown>, done: string | (() => string), explain?: (problem: Problem) => string | undefined): Promise<boolean> {
    if (this.busy) return false
    this.busy = true
    this.said = null
    try {
      await task()
      this.said = { kind: 'good', text: typeof done === 'string' ? done : done() }
      return true
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      const own = [error.detail, ...Object.values(error.invalidParams)].filter((part, index, all) => part && all.indexOf(part) === index).join(' ')
      this.said = { kind: 'bad', text: explain?.(error) ?? own }
      return false
    } finally {
      this.busy = false
    }
  }
}
