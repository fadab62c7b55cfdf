import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { launch, open, pretendSignedIn, visit } from './browser'
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
/** With plain spaces. */
const plain = (text: string) => text.replace(/[\u00a0\u202f]/g, ' ')
beforeEach(() => {
  server.world = { groups: 6, videos: 8, signedIn: true }
  server.changes.length = 0
})

test('my videos: what failed stands first with what to do, each state has its sentence', async () => {
  const { page } = await open(browser)
  await pretendSignedIn(page)
  await visit(page, `${base}/my/videos`)
  await expect.poll(() => page.locator('tbody tr').count()).toBe(6)
  const first = () => page.locator('tbody tr').first().innerText()
  await expect.poll(first).toContain('Échec')
  await expect.poll(first).toContain('Cherchez l’original')
  const all = () => page.locator('tbody').innerText().then(plain)
  for (const words of ['En ligne', 'Encodage 720p, encore 6 min', 'En attente, 2e dans la file', 'Lecture du fichier', 'En pause']) await expect.poll(all).toContain(words)
  await expect.poll(() => page.locator('[role=progressbar]').getAttribute('aria-valuenow')).toBe('64')
  await page.context().close()
})

test('my videos by state: those on the way, those to put right, and none', async () => {
  const { page } = await open(browser)
  await pretendSignedIn(page)
  await visit(page, `${base}/my/videos`)
  const caption = () => page.locator('caption').innerText().then(plain)
  await expect.poll(caption).toContain('6 vidéos, 21 Go sur le disque')
  await expect.poll(() => page.locator('tbody tr').nth(1).locator('[data-label=Taille]').innerText().then(plain)).toContain('620 Mo')
  // Of how far each is; one is hidden by moderators besides.
  const badges = page.locator('tbody td:not([data-label="Qui la voit"]) .badge')
  const choose = async (stage: string, count: number) => {
    await page.selectOption('#mine-stage', stage)
    await page.locator('main form .button').click()
    await expect.poll(() => badges.count()).toBe(count)
    await page.waitForURL((url) => url.searchParams.get('stage') === (stage || null))
    await expect.poll(() => page.locator('#mine-stage').inputValue()).toBe(stage)
  }
  await choose('failed', 1)
  await expect.poll(() => badges.innerText()).toBe('Échec')
  await expect.poll(() => page.locator('.notice-bad').count(), { message: 'they are all here' }).toBe(0)
  await choose('making', 4)
  await expect.poll(caption, { message: 'not what all take' }).not.toContain('Go')
  await expect.poll(() => page.locator('.notice-bad a').getAttribute('href')).toBe('/my/videos?stage=failed')
  await choose('', 6)
  await page.route('**/users/me/videos*', (route) => route.fulfill({ json: { total: 0, data: [] } }))
  await choose('ready', 0)
  await page.locator('main p a[href="/my/videos"]').waitFor()
  await page.context().close()
})

test('deleting asks in numbers; Escape keeps everything and gives the focus back', async () => {
  const { page } = await open(browser)
  await pretendSignedIn(page)
  await visit(page, `${base}/my/videos`)
  const button = page.locator('tbody tr').nth(2).locator('button')
  await button.focus()
  await page.keyboard.press('Enter')
  await page.waitForSelector('dialog[open]')
  await expect.poll(() => page.locator('dialog').innerText()).toContain('vue 171 fois')
  await page.keyboard.press('Escape')
  await page.waitForSelector('dialog', { state: 'detached' })
  await expect.poll(() => button.evaluate((node) => node === document.activeElement)).toBe(true)
  expect(server.changes).toEqual([])
  await page.keyboard.press('Enter')
  await page.click('dialog .button-danger')
  await page.waitForSelector('.notice-good')
  await expect.poll(() => server.changes).toEqual(['DELETE /videos/00000000-0000-4000-8000-000000000001'])
  // The list is read again first.
  await expect.poll(() => page.evaluate(() => document.activeElement?.tagName)).toBe('H1')
  await page.context().close()
})

test('edit: what cannot be saved is named beside its field, nothing typed is lost, saving ends with a sentence', async () => {
  const { page } = await open(browser)
  await pretendSignedIn(page)
  await visit(page, `${base}/videos/edit/short1`)
  const title = page.getByLabel('Titre', { exact: true })
  await title.fill('ab')
  await page.getByLabel('Qui a le mot de passe').check()
  await page.click('main .button-brass')
  await expect.poll(() => title.getAttribute('aria-invalid')).toBe('true')
  await expect.poll(() => page.locator('.field-error').allInnerTexts()).toEqual(['De 3 à 120 signes.', 'Donnez au moins un mot de passe de deux signes ou plus.'])
  expect(server.changes).toEqual([])
  await title.fill('Le bal')
  await page.getByLabel('Mot de passe pour regarder').fill('lampions')
  await page.click('main .button-brass')
  await page.waitForSelector('main .notice-good')
  await expect.poll(() => server.changes).toEqual(['PUT /videos/00000000-0000-4000-8000-000000000001', 'PUT /videos/00000000-0000-4000-8000-000000000001/chapters'])
  await page.context().close()
})

test('a refusal by the server is said beside the button, in its words', async () => {
  const { page } = await open(browser)
  await pretendSignedIn(page)
  await page.route('**/api/v1/videos/*', (route) =>
    route.request().method() === 'PUT'
      ? route.fulfill({ status: 400, contentType: 'application/problem+json', json: { detail: 'This language is not known.', status: 400 } })
      : route.fallback(),
  )
  await visit(page, `${base}/videos/edit/short1`)
  await page.click('main .button-brass')
  await expect.poll(() => page.locator('main [role=alert]').innerText()).toContain('This language is not known.')
  await page.context().close()
})

test('the second step of signing in asks for the code and says when it is wrong', async () => {
  server.world = { ...server.world, signedIn: false }
  const { page } = await open(browser)
  const codes: (string | null)[] = []
  await page.route('**/oauth-clients/local', (route) => route.fulfill({ json: { client_id: 'a', client_secret: 'b' } }))
  await page.route('**/users/token', async (route) => {
    const code = (await route.request().allHeaders())['x-peertube-otp'] ?? null
    codes.push(code)
    if (code === '123456') {
      server.world = { ...server.world, signedIn: true }
      await route.fulfill({ json: { access_token: 'a', refresh_token: 'r', expires_in: 1, refresh_token_expires_in: 1 } })
    } else await route.fulfill({ status: code ? 400 : 401, json: { code: code ? 'invalid_two_factor' : 'missing_two_factor', detail: 'no' } })
  })
  await visit(page, `${base}/sign-in?next=/groups`)
  await page.fill('[autocomplete=username]', 'bureau')
  await page.fill('[autocomplete=current-password]', 'secret words')
  await page.keyboard.press('Enter')
  await page.waitForSelector('[autocomplete=one-time-code]')
  await expect.poll(() => page.evaluate(() => document.activeElement?.getAttribute('autocomplete'))).toBe('one-time-code')
  await page.keyboard.type('000 000')
  await page.keyboard.press('Enter')
  await page.waitForSelector('[role=alert]')
  await page.fill('[autocomplete=one-time-code]', '123456')
  await page.keyboard.press('Enter')
  await page.waitForURL(`${base}/groups`)
  expect(codes).toEqual([null, '000000', '123456'])
  await page.context().close()
})

test('the colours that were chosen are kept, and set before the client starts', async () => {
  const { page } = await open(browser, { colorScheme: 'light' })
  await pretendSignedIn(page)
  await visit(page, `${base}/my/settings?part=display`)
  await page.locator('input[value=dark]').check({ force: true })
  await expect.poll(() => page.getAttribute('html', 'data-theme')).toBe('dark')
  await page.route('**/assets/index-*.js', (route) => route.abort())
  await page.goto(base)
  await expect.poll(() => page.getAttribute('html', 'data-theme')).toBe('dark')
  await page.context().close()
})

test('a page that needs an account leads through sign-in and back', async () => {
  server.world = { ...server.world, signedIn: false }
  const { page } = await open(browser)
  await page.route('**/users/me/videos*', (route) => route.fulfill({ status: 401, json: { detail: 'Who are you?', code: 'unauthorized_request' } }))
  await visit(page, `${base}/my/videos`)
  await expect.poll(() => page.locator('main .button-brass').getAttribute('href')).toBe('/sign-in?next=%2Fmy%2Fvideos')
  await page.context().close()
})

test('the administration says in French what was found, and tries the encoder again', async () => {
  const { page } = await open(browser)
  await pretendSignedIn(page)
  await visit(page, `${base}/admin`)
  const text = () => page.locator('main').innerText().then(plain)
  await expect.poll(text).toContain('400 Mo libres sur 31 Go : il est presque plein.')
  await expect.poll(text).not.toMatch(/free of|Remove videos|configured/)
  await page.click('main details summary')
  await page.click('main details button')
  await page.waitForSelector('main details .notice-good')
  await expect.poll(() => page.locator('main details .facts').innerText().then(plain)).toContain('2,4 fois le temps réel')
  await page.context().close()
})

test('work that was stopped can be taken up again; work for later says when', async () => {
  const { page } = await open(browser)
  await pretendSignedIn(page)
  await visit(page, `${base}/admin/jobs?state=cancelled`)
  await page.click('tbody button')
  await page.waitForSelector('main .notice-good')
  await expect.poll(() => server.changes).toEqual(['POST /jobs/3/retry'])
  await visit(page, `${base}/admin/jobs?state=delayed`)
  await expect.poll(() => page.locator('tbody tr').innerText()).toContain('21 oct. 2026')
  await page.context().close()
})
