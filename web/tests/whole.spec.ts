import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { launch, open, reload, visit } from './browser'
import { Kiosque } from './kiosque'

let browser: Browser
const kiosque = new Kiosque()
let page: Page
let faults: string[]

beforeAll(async () => {
  browser = await launch()
  await kiosque.start()
  ;({ page, faults } = await open(browser))
})
afterAll(async () => {
  await browser.close()
  await kiosque.stop()
})

const heading = () => page.locator('main h1').textContent()
const next = () => page.click('.steps-body .button-brass')

test('without its link nobody claims the kiosk', async () => {
  await visit(page, `${kiosque.url}/setup`)
  await expect.poll(heading).toBe('Il faut le lien')
  await visit(page, `${kiosque.url}/setup?token=guessed`)
  await expect.poll(heading).toBe('Il faut le lien')
})

test('the wizard sets the kiosk up', async () => {
  await visit(page, kiosque.setupLink)
  await expect.poll(heading).toBe('Bienvenue sous le kiosque')
  await next()
  await page.fill('[autocomplete=organization]', 'Kiosque de la Halle')
  await next()
  await page.fill('[autocomplete=username]', 'Bureau!')
  await next()
  await expect.poll(() => page.locator('.field-error').count()).toBe(3)
  await page.fill('[autocomplete=username]', 'bureau')
  await page.fill('[autocomplete=email]', 'bureau@kiosque.example')
  await page.fill('[autocomplete=new-password]', 'trois mots simples')
  await next()
  await page.fill('[type=url]', kiosque.url)
  await next()
  // Nobody else reaches this address, and a sentence says so.
  await page.getByRole('button', { name: 'Continuer quand même' }).click()
  await page.waitForSelector('.steps li:last-child[aria-current]')
  // How fast it encodes is measured.
  await page.waitForSelector('.steps-body .notice', { timeout: 60_000 })
  await next()
  await page.waitForURL(`${kiosque.url}/`)
  await page.waitForSelector('.roof-tools a[href="/upload"]')
  await expect.poll(() => page.locator('.roof-name').textContent()).toContain('Kiosque de la Halle')
  // A kiosk with one group opens on it, and an empty group says what to do next.
  await page.waitForSelector('main a.button-brass[href="/upload"]')
  await expect.poll(heading).toBe('Kiosque de la Halle')
})

test('the link works once', async () => {
  await visit(page, kiosque.setupLink)
  await expect.poll(heading).toBe('Ce kiosque est installé')
})

test.each([
  ['/', ''],
  ['/videos', 'Vidéos'],
  ['/groups', 'Groupes'],
  ['/search?search=bal', 'Chercher'],
  ['/about', 'Kiosque de la Halle'],
  ['/a/bureau', 'bureau'],
  ['/upload', ''],
  ['/my/videos', 'Mes vidéos'],
  ['/my/subscriptions', 'Abonnements'],
  ['/my/history', 'Historique'],
  ['/my/settings', 'Réglages'],
  ['/my/settings?part=display', 'Réglages'],
  ['/my/settings?part=security', 'Réglages'],
  ['/my/settings?part=groups', 'Réglages'],
  ['/admin', 'Santé du kiosque'],
  ['/admin/jobs', 'Travaux'],
  ['/admin/accounts', 'Comptes'],
  ['/admin/settings', 'Réglages du kiosque'],
])('%s opens for the administrator', async (path, title) => {
  await visit(page, kiosque.url + path)
  if (title) await expect.poll(heading).toBe(title)
  await expect.poll(() => page.locator('main .plate-past').allInnerTexts()).toEqual([])
  expect(faults).toEqual([])
})

test('what is changed in the settings is there after a reload', async () => {
  await visit(page, `${kiosque.url}/my/settings`)
  await page.fill('[autocomplete=nickname]', 'Le bureau')
  await page.click('main .button-brass')
  await page.waitForSelector('main .notice-good')
  await reload(page)
  await expect.poll(() => page.inputValue('[autocomplete=nickname]')).toBe('Le bureau')
})

test('a group is made and has its page', async () => {
  await visit(page, `${kiosque.url}/my/settings?part=groups`)
  await page.click('main > .page > details summary')
  const form = page.locator('main > .page > details form')
  await form.locator('input').nth(0).fill('fanfare')
  await form.locator('input').nth(1).fill('Fanfare des Deux-Ponts')
  await form.locator('button').click()
  await page.waitForSelector('a[href="/@fanfare"]')
  await page.click('a[href="/@fanfare"]')
  await page.waitForFunction(() => document.querySelector('main h1')?.textContent === 'Fanfare des Deux-Ponts')
  await visit(page, kiosque.url)
  await page.waitForSelector('main a[href="/@fanfare"]')
})

test('the settings of the kiosk are kept and shown at once', async () => {
  await visit(page, `${kiosque.url}/admin/settings`)
  await page.fill('main form input >> nth=0', 'Kiosque du Lavoir')
  await page.click('main .button-brass')
  await page.waitForSelector('main .notice-good')
  await expect.poll(() => page.locator('.roof-name').textContent()).toContain('Kiosque du Lavoir')
})

test('an account is made, signs in, and sees nothing of the administration', async () => {
  await visit(page, `${kiosque.url}/admin/accounts`)
  await page.click('main details summary')
  const form = page.locator('main details form')
  await form.locator('input').nth(0).fill('camille')
  await form.locator('[type=email]').fill('camille@kiosque.example')
  await form.locator('[type=password]').fill('quatre mots bien simples')
  await form.locator('button').click()
  await page.waitForSelector('a[href="/a/camille"]')

  const other = await open(browser)
  await visit(other.page, `${kiosque.url}/sign-in`)
  await other.page.fill('[autocomplete=username]', 'camille')
  await other.page.fill('[autocomplete=current-password]', 'wrong')
  await other.page.keyboard.press('Enter')
  await other.page.waitForSelector('.notice-bad')
  await expect.poll(() => other.page.inputValue('[autocomplete=username]')).toBe('camille')
  await other.page.fill('[autocomplete=current-password]', 'quatre mots bien simples')
  await other.page.keyboard.press('Enter')
  await other.page.waitForSelector('.roof-tools a[href="/upload"]')
  await other.page.waitForSelector('.account-menu a[href="/my/settings"]', { state: 'attached' })
  await expect.poll(() => other.page.locator('.account-menu a[href="/admin"]').count()).toBe(0)
  // The page behind the door takes the focus, and the menu would close.
  await expect.poll(() => other.page.evaluate(() => document.activeElement?.tagName)).toBe('H1')
  await other.page.click('.account-menu > summary')
  await other.page.click('.account-menu a[href="/my/settings"]')
  await other.page.waitForSelector('nav.tabs')
  await other.page.click('main .button >> nth=0')
  await other.page.waitForSelector('.roof-tools a[href="/sign-in"]')
  expect(other.faults).toEqual([])
  await other.page.context().close()
})

test('without scripts a page says what it is', async () => {
  const { page: plain } = await open(browser, { javaScriptEnabled: false })
  await plain.goto(kiosque.url)
  await expect.poll(() => plain.locator('h1').textContent()).toContain('Kiosque')
  await expect.poll(() => plain.getAttribute('html', 'lang')).toBe('fr')
  await plain.context().close()
})
