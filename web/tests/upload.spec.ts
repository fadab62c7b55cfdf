import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { List, MyVideo } from '../src/api/types'
import { launch, open as openPage, reload, visit } from './browser'
import { Kiosque } from './kiosque'
import { makeClip } from './clip'

/** Bytes per second of a slow connection: a clip of twelve megabytes takes some seconds. */
const SLOW = 2_000_000

describe('uploading', () => {
  const kiosque = new Kiosque()
  const folder = mkdtempSync(join(tmpdir(), 'clips-'))
  let browser: Browser
  let large: Buffer

  beforeAll(async () => {
    await kiosque.start()
    await kiosque.claim()
    browser = await launch()
    large = makeClip({ seconds: 6, width: 640, height: 360, rate: 20_000 })
  })
  afterAll(async () => {
    await browser.close()
    await kiosque.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  async function open(): Promise<Page> {
    const { page } = await openPage(browser, { viewport: { width: 1280, height: 1000 } })
    await kiosque.signIn(page)
    await visit(page, `${kiosque.url}/upload`)
    await page.waitForSelector('.drop')
    return page
  }
  async function slow(page: Page): Promise<void> {
    const session = await page.context().newCDPSession(page)
    await session.send('Network.emulateNetworkConditions', { offline: false, latency: 5, downloadThroughput: -1, uploadThroughput: SLOW })
  }
  function file(name: string, bytes: Buffer): string {
    const path = join(folder, name)
    writeFileSync(path, bytes)
    return path
  }
  const card = (page: Page, name: string) => page.locator('.file', { hasText: name })
  const badge = (page: Page, name: string) => card(page, name).locator('.badge').textContent()
  const percent = (page: Page, name: string) => card(page, name).getByRole('progressbar').first().getAttribute('aria-valuenow').then(Number)
  const mine = async () => (await kiosque.api<List<MyVideo>>('GET', '/users/me/videos?sort=-createdAt')).data

  test('files are dropped on the page, one goes after the other, both can be watched', async () => {
    const page = await open()
    const clip = [...makeClip({ seconds: 4 })]
    await page.evaluate((bytes) => {
      const transfer = new DataTransfer()
      for (const name of ['Concert_d_automne.mp4', 'VID_20261121_174502.mp4']) {
        transfer.items.add(new File([new Uint8Array([...bytes, name.length])], name, { type: 'video/mp4' }))
      }
      document.querySelector('.drop')?.dispatchEvent(new DragEvent('drop', { bubbles: true, cancelable: true, dataTransfer: transfer }))
    }, clip)
    await expect.poll(() => page.locator('.file a.button-full').count(), { timeout: 60_000 }).toBe(2)
    await expect.poll(async () => (await mine()).map((video) => video.name).sort()).toEqual(['21 novembre 2026', 'Concert d automne'])
    await page.locator('.file a.button-full').first().click()
    await page.waitForSelector('.player-begin')
    await page.context().close()
  })

  test('what is said while bytes flow reaches the video', async () => {
    const page = await open()
    await slow(page)
    await page.setInputFiles('.drop input', file('bal.mp4', large))
    const title = card(page, 'bal.mp4').getByLabel('Titre', { exact: true })
    await title.fill('Le bal de la Sainte-Catherine')
    await title.blur()
    await card(page, 'bal.mp4').getByRole('radio', { name: 'Qui a le lien' }).check()
    await expect.poll(async () => (await mine()).find((v) => v.name === 'Le bal de la Sainte-Catherine')?.privacy.id, { timeout: 60_000 }).toBe(2)
    await page.context().close()
  })

  test('pause and resume', async () => {
    const page = await open()
    await slow(page)
    await page.setInputFiles('.drop input', file('pause.mp4', Buffer.concat([large, Buffer.from('1')])))
    await card(page, 'pause.mp4').getByRole('button', { name: 'Mettre en pause' }).click()
    await expect.poll(() => badge(page, 'pause.mp4')).toBe('En pause')
    await card(page, 'pause.mp4').getByRole('button', { name: 'Reprendre' }).click()
    await expect.poll(async () => (await mine()).some((v) => v.name === 'Pause'), { timeout: 60_000 }).toBe(true)
    await page.context().close()
  })

  test('the page is closed in the middle: the same file goes on where it was', async () => {
    const page = await open()
    await slow(page)
    const path = file('fermeture.mp4', Buffer.concat([large, Buffer.from('22')]))
    await page.setInputFiles('.drop input', path)
    await expect.poll(() => percent(page, 'fermeture.mp4')).toBeGreaterThan(0)
    await reload(page)
    await page.waitForSelector('.file')
    await expect.poll(() => badge(page, 'fermeture.mp4')).toBe('À reprendre')
    const sent: string[] = []
    page.on('request', (request) => {
      if (request.method() === 'POST' && request.url().includes('upload-resumable')) sent.push('begun anew')
      if (request.method() === 'PUT' && request.url().includes('upload-resumable')) sent.push(request.headers()['content-range'] ?? '')
    })
    await page.setInputFiles('.drop input', path)
    await expect.poll(async () => (await mine()).some((v) => v.name === 'Fermeture'), { timeout: 60_000 }).toBe(true)
    expect(sent[0]).toMatch(/^bytes \*\//)
    expect(sent[1]).toMatch(/^bytes [1-9]\d+-/)
    expect(sent).not.toContain('begun anew')
    await page.context().close()
  })

  test('the server is killed in the middle: the page says so and goes on when it is back', async () => {
    const page = await open()
    await slow(page)
    await page.setInputFiles('.drop input', file('panne.mp4', Buffer.concat([large, Buffer.from('333')])))
    await expect.poll(() => percent(page, 'panne.mp4')).toBeGreaterThan(0)
    await kiosque.kill()
    await expect.poll(() => badge(page, 'panne.mp4')).toBe('Connexion coupée')
    await expect.poll(() => card(page, 'panne.mp4').textContent()).toContain('reprend tout seul')
    await kiosque.start()
    await expect.poll(async () => (await mine()).some((v) => v.name === 'Panne'), { timeout: 60_000 }).toBe(true)
    await expect.poll(() => card(page, 'Panne').locator('a.button-full').count(), { timeout: 60_000 }).toBe(1)
    await page.context().close()
  })

  test('what is no film is refused with a sentence, and the title is kept for the right file', async () => {
    const page = await open()
    await page.setInputFiles('.drop input', file('notes.mp4', Buffer.from('ceci n’est pas une vidéo '.repeat(2000))))
    await expect.poll(() => card(page, 'notes.mp4').locator('.badge-bad').count(), { timeout: 60_000 }).toBe(1)
    await expect.poll(() => card(page, 'notes.mp4').textContent()).toContain('Le titre est gardé')
    await page.context().close()
  })
})
