import { tick, type Component } from 'svelte'
import { openTexts, type Texts } from './i18n/index.svelte'
import { notFound, routes } from './routes'

/** What a page's `load` is given. `params` are the named parts of the path. */
export interface Where {
  url: URL
  params: Record<string, string>
  signal: AbortSignal
}
/** A page: a component as default export and, if it needs data first, `load`, whose result becomes `data`. */
export interface Page {
  default: Component<{ data: never; where: Where }>
  load?: (where: Where) => Promise<unknown>
}
export interface Route {
  /** `/w/:id`; a last part `*` takes the rest of the path. */
  path: string
  page: () => Promise<unknown>
  /** Messages that it needs beside those of every visit. */
  texts?: Texts[]
}
interface Shown {
  Page: Component<{ data: never; where: Where }>
  data: unknown
  where: Where
  route: Route
}

/** What is shown. `waiting` and `slow` tell how long the next page has been on its way; `announced` is read out. */
class View {
  shown = $state.raw<Shown | null>(null)
  error = $state.raw<unknown>(null)
  waiting = $state(false)
  slow = $state(false)
  announced = $state('')
}
export const view = new View()

let going: AbortController | null = null

/** The route of an address, with its parameters; null when it is not one of the client's pages. */
export function match(pathname: string, table: Route[] = routes): { route: Route; params: Record<string, string> } | null {
  for (const route of table) {
    const names: string[] = []
    const pattern = route.path.replace(/:(\w+)|\*/g, (_, name?: string) => (names.push(name ?? 'rest'), name ? '([^/]+)' : '(.*)'))
    const found = new RegExp(`^${pattern}/?$`).exec(pathname)
    if (!found) continue
    return { route, params: Object.fromEntries(names.map((name, at) => [name, decode(found[at + 1] ?? '')])) }
  }
  return null
}

/** Goes to an address of this site. `replace` keeps the history as it is; `keep` leaves focus and scroll alone. */
export async function go(to: string | URL, { replace = false, keep = false } = {}): Promise<void> {
  const url = new URL(to, location.href)
  if (url.origin !== location.origin || !match(url.pathname)) return void location.assign(url)
  remember()
  history[replace ? 'replaceState' : 'pushState']({}, '', url)
  await show(url, keep ? null : { y: 0, focus: true })
}

/** Shows the present address again, with fresh data. */
export const reload = () => show(new URL(location.href), null)

/** Begins: shows the address of the window and takes over its links, its GET forms and its history. */
export function start(): Promise<void> {
  history.scrollRestoration = 'manual'
  document.addEventListener('click', clicked)
  document.addEventListener('submit', submitted)
  addEventListener('pagehide', remember)
  addEventListener('popstate', (event) => {
    const before = view.shown?.where.url
    const url = new URL(location.href)
    if (before && before.pathname + before.search === url.pathname + url.search) return
    void show(url, { y: (event.state as { y?: number } | null)?.y ?? 0, focus: true })
  })
  return show(new URL(location.href), { y: (history.state as { y?: number } | null)?.y ?? 0, focus: false })
}

async function show(url: URL, then: { y: number; focus: boolean } | null): Promise<void> {
  going?.abort()
  const me = (going = new AbortController())
  const timers = [setTimeout(() => (view.waiting = true), 300), setTimeout(() => (view.slow = true), 4000)]
  const { route, params } = match(url.pathname) ?? { route: notFound, params: {} }
  const where: Where = { url, params, signal: me.signal }
  try {
    const [page] = (await Promise.all([route.page(), openTexts(...(route.texts ?? []))])) as [Page, unknown]
    const data = await page.load?.(where)
    if (me.signal.aborted) return
    view.error = null
    view.shown = { Page: page.default, data, where, route }
  } catch (error) {
    if (me.signal.aborted) return
    view.error = error
  } finally {
    timers.forEach(clearTimeout)
    if (going === me) view.waiting = view.slow = false
  }
  await tick()
  if (!then) return
  const target = url.hash && document.getElementById(decode(url.hash.slice(1)))
  if (target && then.y === 0) target.scrollIntoView()
  else if (then.focus || then.y > 0) scrollTo(0, then.y)
  if (!then.focus) return
  focusHeading()
  view.announced = document.title
}

/** Puts the focus on the page's title: after going somewhere, or when what had it is gone. */
export function focusHeading(): void {
  const heading = document.querySelector<HTMLElement>('main h1')
  heading?.setAttribute('tabindex', '-1')
  heading?.focus({ preventScroll: true })
}

/** Keeps how far the page was scrolled with its place in the history, for Back. */
function remember(): void {
  history.replaceState({ ...(history.state as object | null), y: Math.round(scrollY) }, '')
}

function clicked(event: MouseEvent): void {
  if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return
  const link = (event.target as Element).closest('a')
  if (!link?.href || link.target || link.hasAttribute('download')) return
  const url = new URL(link.href)
  if (url.origin !== location.origin || !match(url.pathname)) return
  if (url.hash && url.pathname + url.search === location.pathname + location.search) return
  event.preventDefault()
  void go(url)
}

function submitted(event: SubmitEvent): void {
  const form = event.target as HTMLFormElement
  if (event.defaultPrevented || form.method !== 'get' || !match(new URL(form.action).pathname)) return
  event.preventDefault()
  const filled = [...new FormData(form, event.submitter)].filter(([, value]) => value !== '') as [string, string][]
  void go(`${new URL(form.action).pathname}?${new URLSearchParams(filled)}`, { keep: form.dataset.keep !== undefined })
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
