import { chromium, type Browser, type BrowserContext, type BrowserContextOptions, type Locator, type Page, type Request } from 'playwright-core'
import { expect } from 'vitest'

/** As long as a page may take for anything at all: as long as `expect.poll` asks, see vite.config.ts. */
const PATIENCE = 40_000
/** By how many milliseconds requests to the API and for scripts are held back, to find what a test or a page does not wait for. */
const SLOW = Number(process.env.SLOW_NET ?? 0)
/** What each page has asked for and not got yet. */
const underway = new WeakMap<Page, Set<Request>>()

/** Debian's Chromium, as root too, and silent on the network. `further` are switches of one test. */
export function launch(further: string[] = []): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env.KIOSQUE_CHROMIUM ?? '/usr/bin/chromium',
    args: [
      ...'--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync'.split(' '),
      ...further,
    ],
  })
}

/** A page in French whose errors, also those of the security policy, are kept in `faults`. */
export async function open(browser: Browser, options: BrowserContextOptions = {}): Promise<{ page: Page; faults: string[] }> {
  const context = await browser.newContext({ locale: 'fr-FR', viewport: { width: 1280, height: 800 }, reducedMotion: 'reduce', ...options })
  context.setDefaultTimeout(PATIENCE)
  if (SLOW > 0) await slowDown(context)
  const page = await context.newPage()
  const asked = new Set<Request>()
  underway.set(page, asked)
  page.on('request', (request) => void asked.add(request))
  page.on('requestfinished', (request) => void asked.delete(request))
  page.on('requestfailed', (request) => void asked.delete(request))
  const faults: string[] = []
  page.on('pageerror', (error) => faults.push(String(error)))
  page.on('console', (message) => {
    if (message.type() === 'error' && /Content.Security.Policy|Uncaught/i.test(message.text())) faults.push(message.text())
  })
  return { page, faults }
}

async function slowDown(context: BrowserContext): Promise<void> {
  await context.route(/\/(api|assets)\//, async (route) => {
    await new Promise((done) => setTimeout(done, SLOW))
    // A page that is closed meanwhile asks for nothing any more.
    await route.continue().catch(() => undefined)
  })
}

/** What only the client writes: the server's own page has a title, too. */
const TAKEN_OVER = '.client main h1'

/** Goes to an address and waits for the client to have taken the page over. */
export async function visit(page: Page, address: string): Promise<void> {
  await page.goto(address)
  await page.waitForSelector(TAKEN_OVER)
}

/** Loads the page anew and waits for the client to have taken it over. */
export async function reload(page: Page): Promise<void> {
  await page.reload()
  await page.waitForSelector(TAKEN_OVER)
}

/** Waits until nothing that the page asked for is under way: what comes after its title is there. */
export async function settled(page: Page): Promise<void> {
  let quiet = 0
  await expect.poll(() => (quiet = underway.get(page)?.size === 0 ? quiet + 1 : 0)).toBeGreaterThan(3)
}

/** What a test goes on with, as soon as there is anything to read. */
export async function filled<T extends string | unknown[]>(read: () => Promise<T>): Promise<T> {
  let got: T | undefined
  await expect.poll(async () => (got = await read()).length).toBeGreaterThan(0)
  return got as T
}

/** Where something is, as soon as it moves no more. */
export async function still(what: Locator): Promise<{ x: number; y: number; width: number; height: number }> {
  let before = ''
  let box = { x: 0, y: 0, width: 0, height: 0 }
  await expect
    .poll(
      async () => {
        const last = before
        box = (await what.boundingBox()) ?? box
        before = JSON.stringify(box)
        return box.width > 0 && before === last
      },
      { interval: 100 },
    )
    .toBe(true)
  return box
}

/** As if signed in: the fake server looks at its world, not at tokens. */
export async function pretendSignedIn(page: Page): Promise<void> {
  await page.addInitScript(() => localStorage.setItem('kiosque.tokens', JSON.stringify({ access: 'a', refresh: 'r' })))
}
