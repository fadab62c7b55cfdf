import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { launch, open as openPage, visit } from './browser'
import { makeClip } from './clip'
import { Kiosque } from './kiosque'


describe('what may hurt or shock', () => {
  const kiosque = new Kiosque()
  let browser: Browser
  let film = ''

  beforeAll(async () => {
    await kiosque.start()
    await kiosque.claim()
    browser = await launch(['--autoplay-policy=no-user-gesture-required'])
    film = await kiosque.upload(makeClip({ seconds: 6 }), 'film.mp4', { name: 'La chasse' })
    await kiosque.until(film, (progress) => progress.stage === 'ready')
  })
  afterAll(async () => {
    await browser.close()
    await kiosque.stop()
  })

  async function open(path: string, ready: string, signedIn = false): Promise<Page> {
    const { page } = await openPage(browser, { viewport: { width: 1280, height: 1000 } })
    if (signedIn) await kiosque.signIn(page)
    await page.goto(kiosque.url + path)
    await page.waitForSelector(ready)
    return page
  }
  const plays = (page: Page) => expect.poll(() => page.evaluate(() => (document.querySelector('video')?.currentTime ?? 0) > 0.2)).toBe(true)
  const badges = (page: Page) => page.locator('.veil .badge').allInnerTexts()

  test('its maker says what is in it', async () => {
    const page = await open(`/videos/edit/${film}`, 'details.fold', true)
    await page.locator('summary', { hasText: 'Catégorie' }).click()
    await page.getByLabel('Peut heurter ou choquer').check()
    await page.getByLabel('Violence', { exact: true }).check()
    await page.getByLabel('En quelques mots').fill('Un cerf est tué.')
    await page.getByRole('button', { name: 'Enregistrer' }).click()
    await page.getByText(/^Enregistré à/).waitFor()
    await expect.poll(() => kiosque.api('GET', `/videos/${film}`)).toMatchObject({ nsfw: true, nsfwFlags: 1, nsfwSummary: 'Un cerf est tué.' })
    await page.context().close()
  })

  test('a visitor finds it in no list, reads first, and may see it', async () => {
    const list = await open('/videos', '.empty')
    await list.context().close()
    const page = await open(`/videos/watch/${film}`, '.veil')
    await expect.poll(() => badges(page)).toEqual(['Violence'])
    await page.getByText('Un cerf est tué.').waitFor()
    await expect.poll(() => page.locator('video').count()).toBe(0)
    await page.getByRole('button', { name: 'Le voir quand même' }).click()
    await plays(page)
    await expect.poll(() => page.locator('.veil').count()).toBe(0)
    await page.context().close()
  })

  test('on another site it does not begin by itself', async () => {
    const page = await open(`/videos/embed/${film}?autoplay=1`, '.veil')
    await expect.poll(() => badges(page)).toEqual(['Violence'])
    await expect.poll(() => page.locator('video').count()).toBe(0)
    await page.getByRole('button', { name: 'Le voir quand même' }).click()
    await plays(page)
    await page.context().close()
  })

  test('the kiosk blurs, and a person sees it as they wish', async () => {
    const admin = await open('/admin/settings', 'form', true)
    await admin.getByLabel('Films qui peuvent heurter ou choquer').selectOption({ label: 'Images floutées' })
    await admin.getByRole('button', { name: 'Enregistrer' }).click()
    await admin.getByText(/^Enregistré à/).waitFor()
    const visitor = await open('/videos', '.card-video')
    const card = visitor.locator('.card-video', { hasText: 'La chasse' })
    await card.locator('img.is-blurred').waitFor()
    // On the picture, or below a small one.
    await card.locator('.badge:visible', { hasText: 'peut heurter' }).waitFor()
    await visitor.context().close()

    await visit(admin, `${kiosque.url}/my/settings?part=display`)
    const kind = admin.getByLabel('Violence', { exact: true })
    await kind.selectOption({ label: 'Comme les autres' })
    await admin.getByText(/^Enregistré à/).waitFor()
    await visit(admin, `${kiosque.url}/videos`)
    await admin.locator('.card-video img:not(.is-blurred)').waitFor()
    await expect.poll(() => admin.locator('.card-video .badge').count()).toBe(0)
    await visit(admin, `${kiosque.url}/videos/watch/${film}`)
    await admin.waitForSelector('.player-begin')
    await expect.poll(() => admin.locator('.veil').count()).toBe(0)
    await admin.context().close()
  })
})
