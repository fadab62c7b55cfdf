import type { Browser, Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Chapter, List, Me, Video } from '../src/api/types'
import { filled, launch, open as openPage, reload, still, visit } from './browser'
import { Kiosque } from './kiosque'
import { makeClip } from './clip'
import { code } from './totp'

const PASSWORD = 'correct horse battery'
const picture = 'public/icon-192.png'
const letter = { name: 'lettre.png', mimeType: 'image/png', buffer: Buffer.from('ceci n’est pas une image') }

describe('what people look after, on the real server', () => {
  const kiosque = new Kiosque()
  let browser: Browser
  let uuid: string

  beforeAll(async () => {
    await kiosque.start()
    await kiosque.claim()
    browser = await launch()
    uuid = await kiosque.upload(makeClip({ seconds: 6, width: 640, height: 360 }), 'bal.mp4')
    await kiosque.until(uuid, (progress) => progress.stage === 'ready')
  })
  afterAll(async () => {
    await browser.close()
    await kiosque.stop()
  })

  async function open(path: string): Promise<Page> {
    const { page } = await openPage(browser)
    await kiosque.signIn(page)
    await visit(page, kiosque.url + path)
    return page
  }
  const me = () => kiosque.api<Me>('GET', '/users/me')
  const film = () => kiosque.api<Video>('GET', `/videos/${uuid}`)
  const good = (within: Page | Locator) => within.locator('.notice-good').first().waitFor()
  const save = async (page: Page) => {
    await page.click('main .button-brass')
    await page.locator('form > .notice-good').waitFor()
  }

  test('a picture of oneself: refused in plain words, taken, shown, removed', async () => {
    const page = await open('/my/settings')
    await page.setInputFiles('input[type=file]', letter)
    await expect.poll(() => page.locator('.notice-bad').innerText()).toContain('n’est pas une image lisible')
    await page.setInputFiles('input[type=file]', picture)
    // Framed by keyboard alone: the focus is at the frame, the sliders follow.
    const near = page.getByLabel('Agrandir')
    await near.waitFor()
    const drawn = () => page.locator('.crop canvas').evaluate((canvas: HTMLCanvasElement) => canvas.toDataURL())
    const before = await drawn()
    await page.keyboard.press('Tab')
    await expect.poll(() => near.evaluate((node) => node === document.activeElement)).toBe(true)
    for (let step = 0; step < 20; step++) await page.keyboard.press('ArrowRight')
    await expect.poll(() => near.inputValue()).toBe('2')
    await expect.poll(drawn).not.toBe(before)
    // And pulled by hand.
    const nearby = await drawn()
    const frame = await still(page.locator('.crop canvas'))
    await page.mouse.move(frame.x + 60, frame.y + 60)
    await page.mouse.down()
    await page.mouse.move(frame.x + 100, frame.y + 60, { steps: 4 })
    await page.mouse.up()
    await expect.poll(() => page.getByLabel('Gauche, droite').inputValue().then(Number)).toBeLessThan(0.5)
    await expect.poll(drawn).not.toBe(nearby)
    await page.getByRole('button', { name: 'Prendre cette image' }).click()
    await good(page)
    await expect.poll(() => page.locator('img.shown').evaluate((img: HTMLImageElement) => img.decode().then(() => img.naturalWidth === img.naturalHeight))).toBe(true)
    await page.locator('.button-danger').click()
    await page.locator('img.shown').waitFor({ state: 'detached' })
    await expect.poll(async () => (await me()).account.avatars).toEqual([])
    await page.context().close()
  })

  test('a group is made with its banner, and deleted after a look at the consequence', async () => {
    const page = await open('/my/settings?part=groups')
    await page.locator('main > .page > details > summary').click()
    const form = page.locator('main > .page > details form')
    await form.locator('input').nth(0).fill('roue')
    await form.locator('input').nth(1).fill('La Roue libre')
    await form.locator('button').click()
    await expect.poll(() => page.locator('.notice-good').allInnerTexts()).toContain('Le groupe «\u00a0La Roue libre\u00a0» a été créé.')
    const sheet = page.locator('section.sheet', { hasText: '@roue' })
    await sheet.locator('summary').click()
    await sheet.locator('input[type=file]').nth(1).setInputFiles(picture)
    await sheet.getByRole('button', { name: 'Prendre cette image' }).click()
    await good(sheet)
    await expect.poll(async () => (await me()).videoChannels.find((one) => one.name === 'roue')?.banners[0]?.width).toBeGreaterThan(500)
    await sheet.locator('form .button-danger').click()
    await page.waitForSelector('dialog[open]')
    await expect.poll(() => page.locator('dialog').innerText()).toContain('Il n’a aucune vidéo')
    await page.click('dialog .button-danger')
    await sheet.waitFor({ state: 'detached' })
    await expect.poll(async () => (await me()).videoChannels.length).toBe(1)
    // The last one stays, and the dialog says why.
    await page.locator('section.sheet summary').click()
    await page.locator('section.sheet form .button-danger').click()
    await page.click('dialog .button-danger')
    await expect.poll(() => page.locator('dialog .field-error').innerText()).toContain('C’est votre seul groupe')
    await page.context().close()
  })

  test('a second step is switched on with a real code, asked for, and its session ended from here', async () => {
    const page = await open('/my/settings?part=security')
    const two = page.locator('section[aria-labelledby=two-factor]')
    await two.locator('input').first().fill(PASSWORD)
    await two.locator('.button').click()
    await two.locator('svg.qr').waitFor()
    await two.locator('summary').click()
    const key = await filled(() => two.locator('code').innerText())
    await two.locator('[autocomplete=one-time-code]').fill('000000')
    await two.locator('.button-full').click()
    await two.locator('.notice-bad').waitFor()
    await two.locator('[autocomplete=one-time-code]').fill(code(key))
    await two.locator('.button-full').click()
    await expect.poll(() => two.locator('.badge').innerText()).toBe('Activé')

    const { page: other } = await openPage(browser)
    await visit(other, `${kiosque.url}/sign-in?next=/my/videos`)
    await other.fill('[autocomplete=username]', 'camille')
    await other.fill('[autocomplete=current-password]', PASSWORD)
    await other.keyboard.press('Enter')
    // A code opens once: the next one is good already.
    await other.fill('[autocomplete=one-time-code]', code(key, Date.now() + 30_000))
    await other.keyboard.press('Enter')
    await other.waitForURL(`${kiosque.url}/my/videos`)

    await visit(page, `${kiosque.url}/my/settings?part=security`)
    const sessions = page.locator('section[aria-labelledby=sessions]')
    await expect.poll(() => sessions.locator('li b').allInnerTexts()).toContain('Chrome sur Linux')
    await sessions.locator('li', { hasText: 'Chrome sur Linux' }).getByRole('button').click()
    await good(sessions)
    await reload(other)
    await other.waitForSelector('main a[href^="/sign-in"]')
    await two.locator('input').first().fill(PASSWORD)
    await two.getByRole('button', { name: 'Désactiver' }).click()
    await expect.poll(() => two.locator('.badge').innerText()).toBe('Désactivé')
    await page.context().close()
    await other.context().close()
  })

  test('a picture from the film, captions in VTT and SRT, chapters, tags: all of it reaches the video', async () => {
    const page = await open(`/videos/edit/${uuid}`)
    const before = (await film()).previewPath
    await page.evaluate(() => document.querySelectorAll<HTMLElement>('main details:not([open]) > summary').forEach((summary) => summary.click()))
    await page.locator('video.picture-film').evaluate(async (video: HTMLVideoElement) => {
      if (video.readyState < 1) await new Promise((ready) => video.addEventListener('loadedmetadata', ready))
      video.currentTime = 3
      await new Promise((sought) => video.addEventListener('seeked', sought))
    })
    await page.getByRole('button', { name: 'Prendre l’image à 0:03' }).click()
    await expect.poll(async () => (await film()).previewPath).not.toBe(before)

    const captions = page.locator('details', { hasText: 'Langue des sous-titres' })
    const send = async (language: string, name: string, text: string) => {
      await captions.locator('select').selectOption(language)
      await captions.locator('input[type=file]').setInputFiles({ name, mimeType: 'text/plain', buffer: Buffer.from(text) })
      await captions.getByRole('button', { name: 'Ajouter les sous-titres' }).click()
    }
    await send('fr', 'a.vtt', 'WEBVTT\n\n00:00:00.000 --> 00:00:02.000\nPlace aux trompettes\n')
    await captions.locator('.notice-good').waitFor()
    await send('en', 'a.srt', '1\n00:00:00,000 --> 00:00:02,000\nMake way for the trumpets\n')
    await expect.poll(() => captions.locator('li').count()).toBe(2)
    await send('es', 'a.srt', 'no hay subtítulos')
    await expect.poll(() => captions.locator('.notice-bad').innerText()).toContain('ne contient pas de sous-titre')

    const add = page.getByRole('button', { name: 'Ajouter un chapitre' })
    const line = page.locator('.chapter-line')
    for (const [at, title] of [['0:00', 'L’arrivée'], ['0:03', 'La polka']] as const) {
      await add.click()
      await line.last().locator('input').nth(0).fill(at)
      await line.last().locator('input').nth(1).fill(title)
    }
    await page.getByLabel('Étiquettes').fill('bal, été')
    await page.getByLabel('Catégorie').selectOption('1')
    await save(page)
    await expect.poll(async () => (await kiosque.api<{ chapters: Chapter[] }>('GET', `/videos/${uuid}/chapters`)).chapters.map((one) => [one.timecode, one.title])).toEqual([[0, 'L’arrivée'], [3, 'La polka']])
    await expect.poll(async () => (await film()).tags.sort()).toEqual(['bal', 'été'])
    await expect.poll(async () => (await kiosque.api<List<unknown>>('GET', `/videos/${uuid}/captions`)).total).toBe(2)
    await page.context().close()
  })

  test('a video comes out by itself at its time', async () => {
    const page = await open(`/videos/edit/${uuid}`)
    await page.getByLabel('Vous seulement').check()
    await page.getByLabel(/toute seule/).check()
    await page.click('main .button-brass')
    await expect.poll(() => page.locator('.field-error').innerText()).toBe('Choisissez un moment à venir.')
    const when = await page.evaluate(() => {
      const soon = new Date(Date.now() + 3 * 86_400_000)
      return new Date(soon.getTime() - soon.getTimezoneOffset() * 60_000).toISOString().slice(0, 16)
    })
    await page.getByLabel('Quand').fill(when)
    await page.getByLabel('Pour qui').selectOption('2')
    await save(page)
    await expect.poll(async () => (await film()).scheduledUpdate).toMatchObject({ privacy: 2 })
    await reload(page)
    await expect.poll(() => page.getByLabel('Quand').inputValue()).toBe(when)
    await visit(page, `${kiosque.url}/my/videos`)
    await expect.poll(() => page.locator('tbody tr').innerText()).toContain('Sortira')
    await page.context().close()
  })

  test('a thumb up is counted, kept and taken back; a visitor is asked in first', async () => {
    const round = await kiosque.upload(makeClip({ seconds: 2, width: 320, height: 180 }), 'ronde.mp4', { name: 'La ronde' })
    await kiosque.until(round, (progress) => progress.stage === 'ready')
    const page = await open(`/videos/watch/${round}`)
    const up = page.getByRole('button', { name: /^J’aime/ })
    const down = page.getByRole('button', { name: /^Je n’aime pas/ })
    await up.click()
    await expect.poll(() => up.textContent()).toMatch(/1$/)
    const mine = () => kiosque.api<{ rating: string }>('GET', `/users/me/videos/${round}/rating`).then((answer) => answer.rating)
    await expect.poll(mine).toBe('like')
    await reload(page)
    await expect.poll(() => up.getAttribute('aria-pressed')).toBe('true')
    await down.click()
    await expect.poll(async () => [await up.textContent(), await down.textContent()].map((text) => text?.slice(-1)).join()).toBe('0,1')
    await down.click()
    await expect.poll(mine).toBe('none')
    await up.click()
    await expect.poll(mine).toBe('like')
    // Pressed before the page knows what was thought: that is taken back, not said once more.
    let tell = () => {}
    const told = new Promise<void>((resolve) => (tell = resolve))
    await page.route('**/rating', (route) => told.then(() => route.continue()))
    await reload(page)
    await up.click()
    tell()
    await expect.poll(mine).toBe('none')
    // In a hurry: the second press is not lost.
    await up.click()
    await down.click()
    await expect.poll(mine).toBe('dislike')
    await page.context().close()
    const { page: visitor } = await openPage(browser)
    await visit(visitor, `${kiosque.url}/videos/watch/${round}`)
    await visitor.getByRole('link', { name: /^J’aime/ }).click()
    await visitor.waitForSelector('[autocomplete=username]')
    await visitor.fill('[autocomplete=username]', 'camille')
    await visitor.fill('[autocomplete=current-password]', PASSWORD)
    await visitor.keyboard.press('Enter')
    await visitor.waitForSelector('button[aria-pressed]')
    await visitor.context().close()
  })

  test('work is stopped, found again and taken up; a film that may shock says so first', async () => {
    const slow = await kiosque.upload(makeClip({ seconds: 12, width: 1280, height: 720, fit: 'encode', rate: 6000 }), 'neige.webm', { name: 'La neige', nsfw: 'true' })
    // The page asks every four seconds: opened any earlier, it may show the work when that is nearly over.
    await kiosque.until(slow, (progress) => progress.stage === 'encoding')
    const page = await open('/admin/jobs')
    await page.locator('tbody tr', { hasText: 'La neige' }).filter({ hasText: 'Encodage' }).getByRole('button').click()
    await good(page)
    await visit(page, `${kiosque.url}/my/videos`)
    await page.selectOption('#mine-stage', { label: 'À corriger' })
    await page.locator('main form .button').click()
    await expect.poll(() => page.locator('tbody th').allInnerTexts()).toEqual([expect.stringContaining('La neige')])
    await expect.poll(() => page.locator('tbody [data-label=Taille]').innerText()).toMatch(/\d[\u00a0\u202f][kM]o$/)
    await page.locator('tbody tr', { hasText: 'La neige' }).getByRole('link', { name: 'Voir les travaux' }).click()
    // The row that was left has a button too.
    await page.waitForURL('**/admin/jobs?**')
    await page.locator('tbody tr', { hasText: 'La neige' }).getByRole('button', { name: 'Réessayer' }).click()
    await good(page)
    await kiosque.until(slow, (progress) => progress.stage === 'encoding' || progress.stage === 'ready')
    await visit(page, `${kiosque.url}/videos/watch/${slow}`)
    await page.getByRole('button', { name: 'Le voir quand même' }).waitFor()
    await page.context().close()
  })

  test('an account with little room is told before a byte goes', async () => {
    await kiosque.api('POST', '/users', { username: 'lea', email: 'lea@kiosque.example', password: PASSWORD, role: 2, videoQuota: 100_000, videoQuotaDaily: -1 })
    const { page } = await openPage(browser)
    await visit(page, `${kiosque.url}/sign-in?next=/upload`)
    await page.fill('[autocomplete=username]', 'lea')
    await page.fill('[autocomplete=current-password]', PASSWORD)
    await page.keyboard.press('Enter')
    await page.waitForSelector('.drop')
    const sent: string[] = []
    page.on('request', (request) => request.url().includes('upload-resumable') && sent.push(request.method()))
    await page.setInputFiles('.drop input', { name: 'trop.mp4', mimeType: 'video/mp4', buffer: Buffer.alloc(200_000, 1) })
    await expect.poll(() => page.locator('.file .badge-bad').innerText()).toContain('Plus de place')
    expect(sent).toEqual([])
    await page.context().close()
  })

  test('deleting asks first, then the page is gone', async () => {
    const page = await open(`/videos/edit/${uuid}`)
    await page.locator('form .button-danger', { hasText: 'Supprimer la vidéo' }).click()
    await page.waitForSelector('dialog[open]')
    await page.click('dialog .button-danger')
    await page.waitForURL(`${kiosque.url}/my/videos`)
    await visit(page, `${kiosque.url}/videos/watch/${uuid}`)
    await expect.poll(() => page.locator('main h1').innerText()).toBe('Cette page n’existe plus')
    await page.context().close()
  })
})
