/**
 * Runs `task` every `pause` milliseconds while the page is looked at, never twice at once; the answer
 * ends it. What fails is tried again at the next turn.
 */
export function every(pause: number, task: () => Promise<void>): () => void {
  let timer: ReturnType<typeof setTimeout>
  let ended = false
  const turn = async () => {
    if (!document.hidden) await task().catch(() => undefined)
    if (!ended) timer = setTimeout(turn, pause)
  }
  timer = setTimeout(turn, pause)
  return () => {
    ended = true
    clearTimeout(timer)
  }
}
