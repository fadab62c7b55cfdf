import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core'

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
  const page = await context.newPage()
  const faults: string[] = []
  page.on('pageerror', (error) => faults.push(String(error)))
  page.on('console', (message) => {
    if (message.type() === 'error' && /Content.Security.Policy|Uncaught/i.test(message.text())) faults.push(message.text())
  })
  return { page, faults }
}

/** Goes to an address and waits for the client to have taken the page over. */
export async function visit(page: Page, address: string): Promise<void> {
  await page.goto(address)
  await page.waitForSelector('#app main h1')
}

/** As if signed in: the fake server looks at its world, not at tokens. */
export async function pretendSignedIn(page: Page): Promise<void> {
  await page.addInitScript(() => localStorage.setItem('kiosque.tokens', JSON.stringify({ access: 'a', refresh: 'r' })))
}
