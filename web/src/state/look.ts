/** The style sheets that the server links in the head of a page, when there is something in them. */
const SHEETS = { 'look-colours': '/look/colours.css', 'look-style': '/look/style.css' }

/** Shows the colours and the style as they were just chosen, without loading the page again. */
export function showLook(): void {
  for (const [id, path] of Object.entries(SHEETS)) {
    let link = document.getElementById(id) as HTMLLinkElement | null
    if (!link) {
      // The style reaches no page of the administration, where this is called.
      if (id === 'look-style') continue
      link = document.head.appendChild(Object.assign(document.createElement('link'), { id, rel: 'stylesheet' }))
    }
    link.href = `${path}?now=${Date.now()}`
  }
}

/** Takes the kiosk's own style away while somebody may have to mend it; the result puts it back. */
export function withoutStyle(): () => void {
  const link = document.getElementById('look-style') as HTMLLinkElement | null
  if (!link) return () => {}
  link.disabled = true
  return () => (link.disabled = false)
}
