import { timeCodes } from './time'

/** Makes the time codes of a text links that move the film. For use on an element whose text does not change. */
export function timeLinks(seek: (time: number) => void, href: (time: number) => string): (element: HTMLElement) => void {
  return (element) => {
    const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT)
    const texts: Text[] = []
    while (walker.nextNode()) {
      const text = walker.currentNode as Text
      if (!text.parentElement?.closest('a, code')) texts.push(text)
    }
    for (const text of texts) {
      // From the last to the first, so that the places before stay true.
      for (const code of timeCodes(text.data).reverse()) {
        const after = text.splitText(code.index)
        after.splitText(code.length)
        const link = document.createElement('a')
        link.href = href(code.seconds)
        link.textContent = after.data
        link.addEventListener('click', (event) => {
          event.preventDefault()
          seek(code.seconds)
        })
        after.replaceWith(link)
      }
    }
  }
}
