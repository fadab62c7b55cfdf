import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Video } from '../src/api/types'
import { launch, open, visit } from './browser'
import { makeClip } from './clip'
import { Kiosque } from './kiosque'

const kiosque = new Kiosque()
let browser: Browser

beforeAll(async () => {
  await kiosque.start()
  await kiosque.claim()
  browser = await launch()
})
afterAll(async () => {
  await browser.close()
  await kiosque.stop()
})

test('another file takes the place of a film, which can be watched until then', async () => {
  const film = await kiosque.upload(makeClip({ seconds: 3 }), 'court.mp4', { name: 'Le bal' })
  await kiosque.until(film, (progress) => progress.stage === 'ready')
  const read = () => kiosque.api<Video>('GET', `/videos/${film}`)
  const before = await read()
  const { page } = await open(browser)
  await kiosque.signIn(page)
  await visit(page, `${kiosque.url}/videos/edit/${film}`)
  const fold = page.locator('details.fold', { hasText: 'court.mp4' })
  await fold.locator('summary').click()
  await fold.locator('input[type=file]').setInputFiles({ name: 'long.mp4', mimeType: 'video/mp4', buffer: makeClip({ seconds: 8 }) })
  await page.getByText('Le nouveau film a pris la place de l’ancien.').waitFor({ timeout: 60_000 })
  await page.locator('details.fold summary', { hasText: 'long.mp4' }).waitFor()
  expect(before.duration).toBe(3)
  await expect.poll(read).toMatchObject({ duration: 8, state: { id: 1 } })

  // What is no film is said to be none, and the film stays.
  await page.locator('details.fold', { hasText: 'long.mp4' }).locator('input[type=file]').setInputFiles({ name: 'rien.mp4', mimeType: 'video/mp4', buffer: Buffer.alloc(20_000, 7) })
  await page.locator('.notice-bad', { hasText: 'n’a pas pris ce fichier' }).waitFor()
  const after = await read()
  expect(after.duration).toBe(8)
  await page.context().close()
})
