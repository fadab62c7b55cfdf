/** Closes a menu and gives the focus back to its button. */
export function close(menu: HTMLDetailsElement): void {
  if (!menu.open) return
  menu.open = false
  menu.querySelector('summary')?.focus()
}

/** Makes of a `<details>` a menu: it closes with Escape, and when the reader turns to something else. */
export function closes(menu: HTMLDetailsElement): { destroy: () => void } {
  const pressed = (event: KeyboardEvent) => {
    if (event.key === 'Escape') close(menu)
  }
  /*
   * Something around it is nothing else: a press on a text in the list gives the focus to the page's `main`.
   * Never within the event: Chromium's page dies when the list goes while it is pressed.
   */
  const turned = (event: Event) => {
    const target = event.target as Node
    if (!menu.open || menu.contains(target) || target.contains(menu)) return
    setTimeout(() => (menu.open = false))
  }
  document.addEventListener('keydown', pressed)
  document.addEventListener('pointerdown', turned)
  document.addEventListener('focusin', turned)
  return {
    destroy: () => {
      document.removeEventListener('keydown', pressed)
      document.removeEventListener('pointerdown', turned)
      document.removeEventListener('focusin', turned)
    },
  }
}
