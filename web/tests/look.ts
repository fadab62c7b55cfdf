/** What a picture shows to people and a machine can see too. All functions but `misplaced` run inside of the page. */

/** Where something is: its name, and its edges. */
export interface Box {
  name: string
  left: number
  right: number
  width: number
}

/** Fetches every picture, also those further down. Returns those that do not come. */
export async function showAll(): Promise<string[]> {
  const images = [...document.images].filter((image) => image.getClientRects().length > 0)
  for (const image of images) image.loading = 'eager'
  const missing = await Promise.all(images.map((image) => image.decode().then(() => '', () => `no picture: ${image.src}`)))
  return missing.filter(Boolean)
}

/** What does not fit: a page wider than its window, letters cut off or outside of it, one control upon another. */
export function cut(): string[] {
  const wrong: string[] = []
  const wide = document.documentElement.clientWidth
  const over = document.documentElement.scrollWidth - wide
  if (over > 0) wrong.push(`${over} px too wide`)
  const name = (one: Element) => `<${one.tagName.toLowerCase()} class="${one.getAttribute('class') ?? ''}"> ${(one.textContent ?? '').trim().slice(0, 40)}`
  const unseen = (one: Element) => Boolean(one.closest('.hidden, .skip, [hidden], dialog:not([open]), svg')) || !one.checkVisibility({ visibilityProperty: true, opacityProperty: true })
  const clips = (value: string) => value === 'hidden' || value === 'clip'

  // Letters.
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  while (texts.nextNode()) {
    const text = texts.currentNode
    const holder = text.parentElement
    if (!holder || !text.textContent?.trim() || unseen(holder)) continue
    const range = document.createRange()
    range.selectNodeContents(text)
    const rects = [...range.getClientRects()].filter((rect) => rect.width > 0)
    if (rects.some((rect) => rect.left < -1 || rect.right > wide + 1)) wrong.push(`outside of the window: ${name(holder)}`)
    for (let box: Element | null = holder; box && box !== document.body; box = box.parentElement) {
      const style = getComputedStyle(box)
      const frame = box.getBoundingClientRect()
      // Tables become cards, and their heads are then for those who listen.
      if (style.clipPath !== 'none') break
      const sideways = clips(style.overflowX) && rects.some((rect) => rect.left < frame.left - 2 || rect.right > frame.right + 2)
      const upright = clips(style.overflowY) && rects.some((rect) => rect.top < frame.top - 4 || rect.bottom > frame.bottom + 4)
      if (sideways || upright) {
        wrong.push(`letters cut: ${name(holder)}`)
        break
      }
    }
  }

  // Controls.
  const controls = [...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary')].filter((one) => !unseen(one))
  const rects = controls.map((one) => [...one.getClientRects()])
  controls.forEach((one, at) => {
    for (let next = at + 1; next < controls.length; next++) {
      const other = controls[next] as Element
      if (one.contains(other) || other.contains(one)) continue
      const upon = rects[at]?.some((a) => rects[next]?.some((b) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 2 && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 2))
      if (upon) wrong.push(`one upon another: ${name(one)} · ${name(other)}`)
    }
  })
  return [...new Set(wrong)]
}

/** Boxes whose place follows the direction of reading. */
export function boxes(): Box[] {
  const wide = document.documentElement.clientWidth
  const found = [...document.querySelectorAll('.roof-name, .roof-tools, main h1, main h2, main .button, main .input, main .avatar, main .thumb, main .sheet, main aside, main .tabs a')]
  return found
    .filter((one) => one.checkVisibility() && !one.closest('.hidden, .player'))
    .map((one) => {
      const { left, right, width } = one.getBoundingClientRect()
      return { name: `<${one.tagName.toLowerCase()} class="${one.getAttribute('class') ?? ''}"> ${(one.textContent ?? '').trim().slice(0, 40)}`, left, right: wide - right, width }
    })
}

/** Those that do not stand in a mirror where they stood. */
export function misplaced(before: Box[], after: Box[]): string[] {
  const wrong = before.flatMap((one, at) => {
    const other = after[at]
    if (!other) return [`gone: ${one.name}`]
    const off = Math.abs(one.left - other.right)
    return off > 3 ? [`${Math.round(off)} px off: ${one.name}`] : []
  })
  return before.length === 0 ? ['nothing to compare'] : wrong
}

/** Turns what is written into letters that are read from right to left, a third longer, as a translation may be. Names of people and addresses stay. */
export function pseudo(): void {
  const letters = 'ابتثجحخدذرزسشصضطظعغفقكلمنهوي'
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  const all: Text[] = []
  while (texts.nextNode()) all.push(texts.currentNode as Text)
  for (const text of all) {
    if (!text.data.trim() || text.parentElement?.closest('bdi, svg, script, style, time, code, kbd')) continue
    text.data = text.data.replace(/\p{Script=Latin}+/gu, (word) => {
      const long = word + word.slice(0, Math.floor(word.length / 3))
      return [...long].map((letter) => letters[(letter.codePointAt(0) ?? 0) % letters.length]).join('')
    })
  }
}
