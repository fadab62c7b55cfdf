import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { List, PlaylistElement } from '../src/api/types'
import { launch, open as openPage, still, visit } from './browser'
import { makeClip } from './clip'
import { Kiosque } from './kiosque'

const SECONDS = 8
/** Machines that run tests are busy. */
const NAMES = ['Le bal', 'La fanfare', 'Le marché']

describe('playlists', () => {
  const kiosque = new Kiosque()
  let browser: Browser
  const films: string[] = []
  let list = { id: 0, uuid: '', shortUUID: '' }

  beforeAll(async () => {
    await kiosque.start()
    await kiosque.claim()
    browser = await launch(['--autoplay-policy=no-user-gesture-required'])
    for (const name of NAMES) films.push(await kiosque.upload(makeClip({ seconds: SECONDS }), 'film.mp4', { name }))
    for (const uuid of films) await kiosque.until(uuid, (progress) => progress.stage === 'ready')
  })
  afterAll(async () => {
    await browser.close()
    await kiosque.stop()
  })

  async function open(path: string, ready: string, signedIn = false): Promise<Page> {
    const { page } = await openPage(browser, { viewport: { width: 1280, height: 1000 }, permissions: ['clipboard-read', 'clipboard-write'] })
    if (signedIn) await kiosque.signIn(page)
    await page.goto(kiosque.url + path)
    await page.waitForSelector(ready)
    return page
  }
  const order = async () => {
    const { data } = await kiosque.api<List<PlaylistElement>>('GET', `/video-playlists/${list.id}/videos`)
    return data.map((one) => one.video?.name)
  }
  /** The address changes first. */
  const titled = (page: Page, title: string) => expect.poll(() => page.locator('main h1').innerText()).toBe(title)
  const film = (page: Page) =>
    page.evaluate(() => {
      const video = document.querySelector('video')
      return video ? { time: video.currentTime, paused: video.paused } : null
    })
  const plays = (page: Page) => expect.poll(async () => ((await film(page))?.time ?? 0) > 0.3 && (await film(page))?.paused === false).toBe(true)

  test('a film is saved from its card, in a new playlist, and taken out again', async () => {
    const page = await open('/videos', '.save', true)
    await page.locator('.card-video', { hasText: 'Le bal' }).locator('.save').click()
    const dialog = page.locator('dialog[open]')
    const later = dialog.getByLabel('À regarder plus tard')
    await later.check()
    await dialog.locator('.notice-good', { hasText: 'Enregistrée dans « À regarder plus tard »' }).waitFor()
    await dialog.getByLabel('Nom d’une nouvelle liste').fill('Les soirs')
    await dialog.getByRole('button', { name: 'Créer et enregistrer' }).click()
    await dialog.locator('.notice-good', { hasText: 'Les soirs' }).waitFor()
    await expect.poll(() => dialog.getByLabel('Les soirs').isChecked()).toBe(true)
    await later.uncheck()
    await dialog.locator('.notice-good', { hasText: 'Retirée' }).waitFor()
    await page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'detached' })
    const mine = async () => (await kiosque.api<List<{ id: number; uuid: string; shortUUID: string; displayName: string; videosLength: number }>>('GET', '/accounts/camille/video-playlists?sort=createdAt')).data
    await expect.poll(async () => (await mine()).map((one) => [one.displayName, one.videosLength])).toEqual([
      ['Watch later', 0],
      ['Les soirs', 1],
    ])
    list = (await mine())[1] as typeof list
    await page.context().close()
  })

  test('from the page of a film, too', async () => {
    for (const uuid of films.slice(1)) {
      const page = await open(`/videos/watch/${uuid}`, '.player-begin', true)
      await page.getByRole('button', { name: 'Enregistrer', exact: true }).click()
      await page.locator('#save').getByLabel('Les soirs').check()
      await page.locator('#save .notice-good').waitFor()
      await page.context().close()
    }
    await expect.poll(order).toEqual(NAMES)
  })

  test('it is published, described and put in order, with the mouse and with the keyboard', async () => {
    const page = await open(`/my/playlists/${list.shortUUID}`, '.sortable-grip', true)
    await page.getByLabel('Tout le monde').check()
    await page.getByRole('button', { name: 'Enregistrer', exact: true }).first().click()
    await page.getByText('Choisissez le groupe qui la publie').waitFor()
    await page.getByLabel('Publiée par').selectOption({ index: 1 })
    await page.getByLabel('Description').fill('Trois **soirs**.')
    await page.getByRole('button', { name: 'Enregistrer', exact: true }).first().click()
    await page.locator('form .notice-good').waitFor()

    // All rows in sight: a hand that comes to the edge of the window moves the page.
    await page.setViewportSize({ width: 1280, height: 2400 })
    const grip = (name: string) => page.locator('.sortable > li', { hasText: name }).locator('.sortable-grip')
    const to = await still(grip('Le bal'))
    const from = await still(grip('Le marché'))
    await page.mouse.move(from.x + 10, from.y + 10)
    await page.mouse.down()
    await page.mouse.move(from.x + 10, to.y + 30, { steps: 4 })
    await page.mouse.move(from.x + 10, to.y - 5, { steps: 4 })
    await page.mouse.up()
    await expect.poll(order).toEqual(['Le marché', 'Le bal', 'La fanfare'])
    // The page has heard of it, too.
    await page.getByText('est maintenant 1 sur 3').waitFor({ state: 'attached' })
    await grip('Le marché').focus()
    await page.keyboard.press('End')
    await expect.poll(order).toEqual(['Le bal', 'La fanfare', 'Le marché'])
    await page.getByText('est maintenant 3 sur 3').waitFor({ state: 'attached' })

    // Of the first only the end.
    const row = page.locator('.sortable > li', { hasText: 'Le bal' })
    await row.locator('summary').click()
    await row.getByLabel('De', { exact: true }).fill('0:05')
    await row.getByLabel('Jusqu’à').fill('0:04')
    await row.getByRole('button', { name: 'Enregistrer' }).click()
    await row.getByText('Après le début').waitFor()
    await row.getByLabel('Jusqu’à').fill('0:07')
    await row.getByRole('button', { name: 'Enregistrer' }).click()
    const part = async () => (await kiosque.api<List<PlaylistElement>>('GET', `/video-playlists/${list.id}/videos`)).data[0]
    await expect.poll(async () => [(await part())?.startTimestamp, (await part())?.stopTimestamp]).toEqual([5, 7])
    await page.context().close()
  })

  test('it is watched from one to the next, each in its part', async () => {
    const page = await open(`/w/p/${list.shortUUID}`, '.elements')
    await titled(page, 'Les soirs')
    await page.getByRole('link', { name: 'Tout regarder' }).click()
    await page.waitForURL('**playlistPosition=1')
    await expect.poll(async () => (await film(page))?.time ?? 0).toBeGreaterThan(4.9)
    await page.keyboard.press('f')
    // It stops at its seventh second, and the next one begins by itself, on the whole screen as the one before.
    await page.waitForURL('**playlistPosition=2')
    await page.locator('.player.is-full[aria-label*="La fanfare"]').waitFor()
    await plays(page)
    const whole = await page.evaluate(() => ({ x: 0, y: 0, width: innerWidth, height: innerHeight }))
    await expect.poll(() => page.locator('.player').boundingBox()).toEqual(whole)
    await expect.poll(() => page.evaluate(() => document.fullscreenElement?.contains(document.querySelector('video')))).toBe(true)
    await expect.poll(() => page.getByRole('link', { name: 'Suivante' }).count()).toBe(0)
    await page.keyboard.press('f')
    await page.locator('.player:not(.is-full)').waitFor()
    await titled(page, 'La fanfare')
    await expect.poll(() => page.locator('.beside-list [aria-current]').innerText()).toContain('La fanfare')
    await page.getByRole('link', { name: 'Suivante' }).click()
    await page.waitForURL('**playlistPosition=3')
    await plays(page)
    await expect.poll(() => page.getByRole('link', { name: 'Suivante' }).count()).toBe(0)
    await page.locator('.beside-list').getByRole('link', { name: 'Le bal' }).click()
    await page.waitForURL('**playlistPosition=1')
    await titled(page, 'Le bal')
    await page.goBack()
    await page.waitForURL('**playlistPosition=3')
    await page.context().close()
  })

  test('it is shared: the address, the code with what was wished, the QR code', async () => {
    const page = await open(`/w/p/${list.shortUUID}?playlistPosition=2`, '.player-begin')
    await page.getByRole('button', { name: 'Partager', exact: true }).click()
    const panel = page.locator('#share section')
    const address = panel.getByLabel('Adresse de la page')
    await expect.poll(() => address.inputValue()).toBe(`${kiosque.url}/w/p/${list.shortUUID}`)
    await panel.getByLabel('Commencer par cette vidéo').check()
    await expect.poll(() => address.inputValue()).toBe(`${kiosque.url}/w/p/${list.shortUUID}?playlistPosition=2`)
    await panel.getByRole('button', { name: 'Copier l’adresse' }).click()
    await panel.getByText('Copié').waitFor()
    await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toBe(`${kiosque.url}/w/p/${list.shortUUID}?playlistPosition=2`)
    await panel.locator('summary', { hasText: 'QR' }).click()
    await expect.poll(() => panel.locator('svg.qr path').getAttribute('d')).toMatch(/^M\d+ \d+h1v1h-1z/)
    await panel.locator('summary', { hasText: 'autre page' }).click()
    await panel.getByLabel('Commence tout seul').check()
    await expect.poll(() => panel.getByLabel('Code de la page').inputValue()).toContain(`/video-playlists/embed/${list.uuid}?playlistPosition=2&amp;autoplay=1`)
    await page.context().close()

    const other = await open(`/videos/watch/${films[1]}`, '.player-begin')
    await other.getByRole('button', { name: 'Partager', exact: true }).click()
    await other.locator('#share').getByLabel('Commencer plus loin').check()
    await other.locator('#share').getByLabel('À partir de').fill('1:02')
    await expect.poll(() => other.locator('#share').getByLabel('Adresse de la page').inputValue()).toMatch(/\/w\/\w+\?start=1m2s$/)
    await other.context().close()
  })

  test('in a frame of another page it goes on by itself', async () => {
    const page = await open(`/video-playlists/embed/${list.uuid}?autoplay=1&muted=1`, '.player')
    await expect.poll(() => page.title()).toBe('La fanfare')
    await plays(page)
    await page.evaluate(() => document.querySelector('video')?.pause())
    await page.locator('.embed-list').getByText('2 sur 3').click()
    await page.locator('#embed-films').getByRole('button', { name: 'Le marché' }).click()
    await expect.poll(() => page.title()).toBe('Le marché')
    await page.context().close()
  })

  test('what is gone keeps its place and says so; a group shows its playlists', async () => {
    await kiosque.api('DELETE', `/videos/${films[1]}`)
    const page = await open(`/w/p/${list.shortUUID}?playlistPosition=2`, '.notice-warn')
    await expect.poll(() => page.locator('.notice-warn').innerText()).toContain('a été supprimée')
    await page.getByRole('link', { name: 'Suivante' }).click()
    await page.waitForURL('**playlistPosition=3')
    await titled(page, 'Le marché')
    await visit(page, `${kiosque.url}/@kiosque_de_la_halle`)
    await page.locator('.tabs').getByRole('link', { name: 'Listes de lecture' }).click()
    await page.getByRole('link', { name: 'Les soirs' }).click()
    await page.waitForSelector('.elements')
    await expect.poll(() => page.locator('.element').count()).toBe(3)
    await page.context().close()
    const mine = await open('/my/playlists', '.card-video', true)
    await mine.locator('.card-video', { hasText: 'Les soirs' }).getByRole('button', { name: /Supprimer/ }).click()
    await mine.locator('dialog .button-danger').click()
    await mine.locator('.notice-good', { hasText: 'est supprimée' }).waitFor()
    await expect.poll(() => mine.locator('.card-video').count()).toBe(1)
    await mine.context().close()
  })
})
