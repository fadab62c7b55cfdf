import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { launch, open, reload, visit } from './browser'
import { FakeServer } from './fake/server'

const server = new FakeServer()
let browser: Browser
let base: string

beforeAll(async () => {
  base = await server.start()
  browser = await launch()
})
afterAll(async () => {
  await browser.close()
  server.stop()
})
beforeEach(() => {
  server.world = { groups: 6, videos: 8, signedIn: false }
  server.delay = 0
})

test('a link goes to its page without loading the document again; focus is on the new h1, the title is read out', async () => {
  const { page, faults } = await open(browser)
  await visit(page, base)
  await page.evaluate(() => Object.assign(window, { same: true }))
  await page.click('.roof-nav a[href="/videos"]')
  await page.waitForURL('**/videos')
  await page.waitForFunction(() => document.activeElement?.tagName === 'H1')
  await expect.poll(() => page.evaluate(() => ('same' in window ? document.activeElement?.textContent : 'loaded again'))).toBe('Vidéos')
  await expect.poll(() => page.title()).toBe('Vidéos – Kiosque de la Halle')
  await expect.poll(() => page.locator('[aria-live="polite"]').textContent()).toBe('Vidéos – Kiosque de la Halle')
  await expect.poll(() => page.locator('.roof-nav [aria-current="page"]').textContent()).toBe('Vidéos')
  expect(faults).toEqual([])
  await page.context().close()
})

test('Back restores the place in the page, Forward too', async () => {
  const { page } = await open(browser, { viewport: { width: 390, height: 600 } })
  await visit(page, base)
  await page.evaluate(() => scrollTo(0, 900))
  await page.locator('.tiles a[href="/w/short3"]').first().scrollIntoViewIfNeeded()
  const before = await page.evaluate(() => scrollY)
  expect(before).toBeGreaterThan(500)
  await page.evaluate(() => document.querySelector<HTMLAnchorElement>('a[href="/groups"]')?.click())
  await page.waitForURL('**/groups')
  await page.waitForFunction(() => document.querySelector('main h1')?.textContent === 'Groupes')
  await expect.poll(() => page.evaluate(() => scrollY)).toBe(0)
  await page.goBack()
  await page.waitForFunction((wanted) => Math.abs(scrollY - wanted) < 3, before)
  await page.goForward()
  await page.waitForFunction(() => scrollY === 0 && document.querySelector('main h1')?.textContent === 'Groupes')
  await page.context().close()
})

test('links are links: with Ctrl a new tab opens', async () => {
  const { page } = await open(browser)
  await visit(page, base)
  const [tab] = await Promise.all([page.context().waitForEvent('page'), page.click('.roof-nav a[href="/groups"]', { modifiers: ['Control'] })])
  await tab.waitForURL('**/groups')
  await expect.poll(() => new URL(page.url()).pathname).toBe('/')
  await page.context().close()
})

test('the first stop of the keyboard jumps to the content', async () => {
  const { page } = await open(browser)
  await visit(page, base)
  await page.keyboard.press('Tab')
  await expect.poll(() => page.evaluate(() => document.activeElement?.className)).toBe('skip')
  await page.keyboard.press('Enter')
  await expect.poll(() => page.evaluate(() => location.hash + document.activeElement?.id)).toBe('#contentcontent')
  await page.context().close()
})

test('a search is an address: filters keep the focus where it was', async () => {
  const { page } = await open(browser)
  await visit(page, `${base}/search`)
  await page.fill('#words', 'bal')
  await page.keyboard.press('Enter')
  await page.waitForURL('**/search?search=bal')
  await page.waitForSelector('.card-video')
  await expect.poll(() => page.evaluate(() => document.activeElement?.id)).toBe('words')
  await page.click('summary')
  await page.selectOption('#filter-duration', 'short')
  await page.click('.fold button')
  await page.waitForURL('**/search?search=bal&duration=short')
  await page.goBack()
  await page.waitForURL('**/search?search=bal')
  await page.context().close()
})

test('a search shows videos first, and what else there is one press away', async () => {
  const { page, faults } = await open(browser, { viewport: { width: 390, height: 700 } })
  await visit(page, `${base}/search?search=bal&duration=short`)
  await expect.poll(() => page.locator('main h2').allInnerTexts()).toEqual(['8 vidéos trouvées', 'Groupes', 'Personnes', 'Listes de lecture'])
  const parts = page.getByRole('navigation', { name: 'Ce qui est trouvé' })
  await expect.poll(() => parts.getByRole('link').allTextContents()).toEqual(['Tous les résultats', 'Groupes 6', 'Personnes 6', 'Listes de lecture 2'])
  await parts.getByRole('link', { name: 'Personnes' }).click()
  await page.waitForURL('**/search?search=bal&duration=short&kind=people')
  await expect.poll(() => page.locator('main h2').allInnerTexts()).toEqual(['Personnes'])
  await expect.poll(() => page.locator('.card-group').count()).toBe(6)
  // The way to the others stays, and what was chosen of videos too.
  await expect.poll(() => parts.locator('[aria-current]').textContent()).toBe('Personnes 6')
  await parts.getByRole('link', { name: 'Tous les résultats' }).click()
  await page.waitForURL('**/search?search=bal&duration=short')
  await page.waitForSelector('.card-video')
  expect(faults).toEqual([])
  await page.context().close()
})

test('who has sent the words off is shown no suggestions, however late they come', async () => {
  const { page } = await open(browser)
  let release = () => {}
  const held = new Promise<void>((resolve) => (release = resolve))
  await page.route('**/Suggestions*.js', async (route) => {
    await held
    await route.continue()
  })
  await visit(page, `${base}/search`)
  await page.fill('#words', 'bal')
  await page.keyboard.press('Enter')
  await page.waitForURL('**/search?search=bal')
  await page.waitForSelector('.card-video')
  const asked: string[] = []
  page.on('request', (request) => void (request.url().includes('/search/suggestions') && asked.push(new URL(request.url()).searchParams.get('search') ?? '')))
  await page.clock.install()
  release()
  // The list is there, and silent however long one waits; it speaks again with the next letter.
  await expect.poll(() => page.getAttribute('#words', 'role')).toBe('combobox')
  await page.clock.runFor(2_000)
  await page.locator('#words').press('End')
  await page.keyboard.type('l')
  await page.clock.runFor(2_000)
  await expect.poll(() => asked).toEqual(['ball'])
  await page.context().close()
})

test('who types in the box is told what there may be, by keyboard too', async () => {
  const { page, faults } = await open(browser)
  await visit(page, `${base}/videos`)
  const box = page.locator('.roof-search input')
  const options = page.locator('.roof-search [role=option]')
  const chosen = () => page.evaluate(() => document.getElementById(document.activeElement?.getAttribute('aria-activedescendant') ?? '')?.textContent ?? '')
  await box.fill('f')
  await expect.poll(() => box.getAttribute('role')).toBe('combobox')
  await box.press('a')
  await expect.poll(() => options.count()).toBeGreaterThan(0)
  await expect.poll(() => box.getAttribute('aria-expanded')).toBe('true')
  await box.press('ArrowDown')
  await expect.poll(chosen).toContain('Fanfare des Deux-Ponts')
  await box.press('ArrowUp')
  await expect.poll(chosen).toBe('')
  // Escape closes, and leaves what was typed.
  await box.press('Escape')
  await expect.poll(() => options.count()).toBe(0)
  await expect.poll(() => box.inputValue()).toBe('fa')
  // Enter goes where one has chosen to, and else looks for what is typed.
  await box.press('ArrowDown')
  await expect.poll(() => options.count()).toBeGreaterThan(0)
  await box.press('ArrowDown')
  await box.press('Enter')
  // The page that comes takes the focus.
  const arrived = (title: string) => expect.poll(() => page.evaluate(() => (document.activeElement?.tagName === 'H1' ? document.activeElement.textContent : ''))).toContain(title)
  await arrived('Fanfare des Deux-Ponts')
  await box.fill('bal')
  await expect.poll(() => options.count()).toBeGreaterThan(0)
  await box.press('Enter')
  await arrived('Chercher')
  await expect.poll(() => page.locator('[role=option]').count()).toBe(0)
  // The page of search has one box, and its suggestions are pressed.
  await page.locator('#words').fill('les bals')
  await page.locator('main [role=option]', { hasText: 'Les bals' }).click()
  await page.waitForURL('**/w/p/list1')
  expect(faults).toEqual([])
  await page.context().close()
})

test('the language changes in place and is kept', async () => {
  const { page } = await open(browser)
  await visit(page, `${base}/videos`)
  await page.click('.foot [lang="en"]')
  await page.waitForFunction(() => document.documentElement.lang === 'en')
  await expect.poll(() => page.locator('main h1').textContent()).toBe('Videos')
  await reload(page)
  await page.waitForFunction(() => document.querySelector('main h1')?.textContent === 'Videos')
  await page.context().close()
})

test('a slow kiosk says so after four seconds and offers another try; the old page stays', async () => {
  const { page } = await open(browser)
  await visit(page, base)
  server.delay = 6_000
  await page.click('.roof-nav a[href="/groups"]')
  await page.waitForSelector('.waiting .notice')
  await expect.poll(() => page.locator('main h1').textContent()).toContain('Kiosque de la Halle')
  await page.waitForSelector('.waiting button')
  server.delay = 0
  await page.click('.waiting button')
  await page.waitForFunction(() => document.querySelector('main h1')?.textContent === 'Groupes')
  await expect.poll(() => page.locator('.waiting .notice').count()).toBe(0)
  await page.context().close()
})

test('an address that leads nowhere says so and offers a search', async () => {
  const { page } = await open(browser)
  await visit(page, `${base}/@nobody`)
  await expect.poll(() => page.locator('main h1').textContent()).toBe('Cette page n’existe plus')
  await page.fill('main input[type=search]', 'bal')
  await page.keyboard.press('Enter')
  await page.waitForURL('**/search?search=bal')
  await page.context().close()
})

test('a kiosk with one group opens on it; an empty one says what to do next', async () => {
  server.world = { groups: 1, videos: 8, signedIn: false }
  const { page } = await open(browser)
  await visit(page, base)
  await expect.poll(() => page.locator('main h1').textContent()).toBe('Fanfare des Deux-Ponts')
  server.world = { groups: 6, videos: 0, signedIn: false }
  await visit(page, base)
  await expect.poll(() => page.locator('.empty h2').textContent()).toBe('La scène est libre')
  await expect.poll(() => page.locator('.empty a').getAttribute('href')).toBe('/sign-in')
  await page.context().close()
})

test('signing in does not lead off this site', async () => {
  const { page } = await open(browser)
  await visit(page, `${base}/sign-in?next=//elsewhere.example/`)
  server.world = { ...server.world, signedIn: true }
  await page.route('**/oauth-clients/local', (route) => route.fulfill({ json: { client_id: 'a', client_secret: 'b' } }))
  await page.route('**/users/token', (route) => route.fulfill({ json: { access_token: 'a', refresh_token: 'r', expires_in: 1, refresh_token_expires_in: 1 } }))
  await page.fill('[autocomplete=username]', 'bureau')
  await page.fill('[autocomplete=current-password]', 'secret words')
  await page.keyboard.press('Enter')
  await page.waitForURL(`${base}/`)
  await page.waitForSelector('.roof-tools a[href="/upload"]')
  await page.context().close()
})
