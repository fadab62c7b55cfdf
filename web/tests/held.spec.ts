import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { TokenAnswer, Video } from '../src/api/types'
import { launch, open, visit } from './browser'
import { makeClip } from './clip'
import { Kiosque } from './kiosque'

const kiosque = new Kiosque()
let browser: Browser
let lea: TokenAnswer

beforeAll(async () => {
  await kiosque.start()
  await kiosque.claim()
  browser = await launch()
})
afterAll(async () => {
  await browser.close()
  await kiosque.stop()
})

async function look(path: string) {
  const { page } = await open(browser)
  await kiosque.signIn(page)
  await visit(page, kiosque.url + path)
  return page
}

test('a new video waits for a moderator, and goes to somebody else', async () => {
  const camille = kiosque.tokens
  await kiosque.api('PUT', '/server/settings', { review: { newVideos: true } })
  lea = await kiosque.member('lea')
  kiosque.tokens = lea
  const film = await kiosque.upload(makeClip({ seconds: 2 }), 'bal.mp4', { name: 'Le bal' })
  await kiosque.until(film, (progress) => progress.stage === 'ready')
  const anyone = () => fetch(`${kiosque.url}/api/v1/videos/${film}`).then((answer) => answer.status)
  const before = await anyone()
  expect(before).toBe(401)
  let page = await look('/my/videos')
  await page.getByText('Attend un modérateur').waitFor()
  await page.goto(`${kiosque.url}/upload`)
  await page.getByText('Un modérateur regarde les vidéos nouvelles').waitFor()
  await page.goto(`${kiosque.url}/w/${film}`)
  await page.locator('.notice-warn', { hasText: 'Un modérateur regarde cette vidéo' }).waitFor()
  await page.goto(`${kiosque.url}/videos/edit/${film}`)
  await page.locator('details.fold summary', { hasText: 'La donner' }).click()
  await page.getByLabel('Nom du compte').fill('camille')
  await page.getByRole('button', { name: 'La proposer' }).click()
  await page.getByText('camille est averti').waitFor()
  await page.context().close()

  kiosque.tokens = camille
  page = await look('/admin/hidden')
  await page.getByRole('button', { name: 'La laisser paraître' }).click()
  await page.getByText('« Le bal » est visible.').waitFor()
  await expect.poll(anyone).toBe(200)
  await page.goto(`${kiosque.url}/my/videos`)
  await page.getByRole('heading', { name: 'Une vidéo vous est proposée' }).waitFor()
  await page.getByRole('button', { name: /^La prendre/ }).click()
  await page.getByText('« Le bal » est maintenant à vous.').waitFor()
  await expect.poll(() => kiosque.api<Video>('GET', `/videos/${film}`).then((video) => video.account.name)).toBe('camille')
  await page.context().close()
})

test('whoever refuses a video says why, and its author reads it', async () => {
  const camille = kiosque.tokens
  kiosque.tokens = lea
  const film = await kiosque.upload(makeClip({ seconds: 2 }), 'cirque.mp4', { name: 'Le cirque' })
  await kiosque.until(film, (progress) => progress.stage === 'ready')
  kiosque.tokens = camille
  let page = await look('/admin/hidden')
  await page.getByRole('heading', { name: 'Une vidéo attend d’être vue' }).waitFor()
  await page.getByRole('button', { name: 'Refuser' }).click()
  await page.getByRole('button', { name: 'La garder cachée' }).click()
  await page.getByText('Dites pourquoi, pour que').waitFor()
  await page.getByLabel('Pourquoi').fill('De qui est la musique ?')
  await page.keyboard.press('Enter')
  await page.getByText('« Le cirque » reste cachée.').waitFor()
  await page.getByText('Aucune vidéo nouvelle n’attend').waitFor()
  await page.getByRole('cell', { name: 'De qui est la musique ?' }).waitFor()
  await page.context().close()

  kiosque.tokens = lea
  page = await look(`/w/${film}`)
  await page.locator('.notice-warn', { hasText: 'De qui est la musique ?' }).waitFor()
  await page.goto(`${kiosque.url}/my/notifications`)
  await page.getByText('Le cirque').first().waitFor()
  await page.context().close()
  kiosque.tokens = camille
})

test('a moderator hides a video from its page, and shows it again', async () => {
  const film = await kiosque.upload(makeClip({ seconds: 2 }), 'marche.mp4', { name: 'Le marché' })
  await kiosque.until(film, (progress) => progress.stage === 'ready')
  const anyone = () => fetch(`${kiosque.url}/api/v1/videos/${film}`).then((answer) => answer.status)
  const page = await look(`/w/${film}`)
  await page.getByRole('button', { name: 'Modérer' }).click()
  await page.getByLabel('Raison').fill('Hors sujet')
  await page.getByRole('button', { name: 'Cacher cette vidéo' }).click()
  await page.locator('.notice-warn', { hasText: 'Hors sujet' }).waitFor()
  await expect.poll(anyone).toBe(401)
  // Who looks after it can still watch it.
  const { page: again } = await open(browser)
  await kiosque.signIn(again)
  await visit(again, `${kiosque.url}/w/${film}`)
  await again.click('.player-begin')
  await expect.poll(() => again.locator('video').evaluate((video: HTMLVideoElement) => video.currentTime)).toBeGreaterThan(0)
  await again.context().close()
  await page.getByRole('button', { name: 'Montrer à nouveau' }).click()
  await page.getByText('Elle est de nouveau montrée.').waitFor()
  await expect.poll(anyone).toBe(200)
  await page.context().close()

  // Who does not look after the kiosk finds no such button.
  const { page: other } = await open(browser)
  await kiosque.signIn(other, lea)
  await visit(other, `${kiosque.url}/w/${film}`)
  await other.getByRole('button', { name: 'Signaler' }).waitFor()
  await expect.poll(() => other.getByRole('button', { name: 'Modérer' }).count()).toBe(0)
  await other.context().close()
})
