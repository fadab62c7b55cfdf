/** What came of doing something to several things. */
export interface Done<T> {
  done: T[]
  failed: { item: T; error: unknown }[]
}

/** Does something to one after the other, so that one that is refused keeps nobody else; `tell` hears how far it is. */
export async function each<T>(items: readonly T[], act: (item: T) => Promise<unknown>, tell: (done: number) => void = () => {}): Promise<Done<T>> {
  const came: Done<T> = { done: [], failed: [] }
  for (const [at, item] of items.entries()) {
    tell(at)
    try {
      await act(item)
      came.done.push(item)
    } catch (error) {
      came.failed.push({ item, error })
    }
  }
  tell(items.length)
  return came
}
