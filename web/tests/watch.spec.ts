import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { launch, open as openPage, reload, settled, still } from './browser'
import { Kiosque } from './kiosque'
import { makeClip } from './clip'

const SECONDS = 24

/** What a page's film is doing. */
interface Film {
  time: number
  duration: number
  paused: boolean
  ended: boolean
  lines: number
  rate: number
  muted: boolean
}

describe('watching', () => {
  const kiosque = new Kiosque()
  let browser: Browser
  let uuid: string

  beforeAll(async () => {
    await kiosque.start()
    await kiosque.claim()
    browser = await launch(['--autoplay-policy=no-user-gesture-required', '--disable-features=WebRtcHideLocalIpsWithMdns'])
    uuid = await kiosque.upload(makeClip({ seconds: SECONDS, width: 1280, height: 720 }), 'bal.mp4', {
      description: 'La fanfare. À 0:12, la polka.',
    })
    await kiosque.until(uuid, (progress) => progress.stage === 'ready')
    const captions = new FormData()
    captions.set('captionfile', new File(['WEBVTT\n\n00:00:00.000 --> 00:00:20.000\nPlace aux <i>trompettes</i>\n'], 'fr.vtt'))
    await kiosque.api('PUT', `/videos/${uuid}/captions/fr`, captions)
    await kiosque.api('PUT', `/videos/${uuid}/chapters`, {
      chapters: [
        { timecode: 0, title: 'L’arrivée' },
        { timecode: 12, title: 'La polka' },
      ],
    })
  })
  afterAll(async () => {
    await browser.close()
    await kiosque.stop()
  })

  const fresh = async () => (await openPage(browser, { viewport: { width: 1280, height: 1000 } })).page
  async function open(path: string, ready = '.player-begin'): Promise<Page> {
    const page = await fresh()
    await page.goto(kiosque.url + path)
    await page.waitForSelector(ready)
    return page
  }
  const film = (page: Page): Promise<Film> =>
    page.evaluate(() => {
      const v = document.querySelector('video') as HTMLVideoElement
      return {
        time: v.currentTime,
        duration: v.duration,
        paused: v.paused,
        ended: v.ended,
        lines: v.videoHeight,
        rate: v.playbackRate,
        muted: v.muted,
      }
    })
  /** Waits until the film is as wanted. */
  async function until(page: Page, wanted: (film: Film) => boolean): Promise<Film> {
    await expect.poll(async () => wanted(await film(page)), { timeout: 60_000, interval: 100 }).toBe(true)
    return film(page)
  }
  const choose = async (page: Page, label: string) => {
    await page.getByLabel(/^Qualité/).click()
    await page.locator('.player-menu[open] .choice span', { hasText: new RegExp(`^\\s*${label}`) }).click()
  }

  test('plays to the end, through changes of quality, and nothing is fetched before', async () => {
    const page = await open(`/videos/watch/${uuid}`)
    await settled(page)
    const fetched = await page.evaluate(() => performance.getEntriesByType('resource').some((r) => /m3u8|mp4|hls/.test(r.name)))
    expect(fetched).toBe(false)
    await page.click('.player-begin')
    await until(page, (f) => f.time > 1 && !f.paused)
    await choose(page, '144p')
    await until(page, (f) => f.lines === 144)
    const before = (await film(page)).time
    await choose(page, '720p')
    const after = await until(page, (f) => f.lines === 720)
    expect(after.time).toBeGreaterThanOrEqual(before - 0.5)
    await choose(page, 'Son seul')
    await until(page, (f) => f.lines === 0 && !f.paused && f.time > before)
    await choose(page, 'Automatique')
    await until(page, (f) => f.lines > 0)
    await page.keyboard.press('9')
    const end = await until(page, (f) => f.ended)
    expect(end.duration).toBeGreaterThan(SECONDS - 0.5)
    expect(end.time).toBeGreaterThan(SECONDS - 1)
    await page.context().close()
  })

  test('the keyboard', async () => {
    const page = await open(`/videos/watch/${uuid}`)
    const press = (key: string) => page.keyboard.press(key)
    await press('k')
    await until(page, (f) => !f.paused && f.time > 0.2)
    await press(' ')
    await until(page, (f) => f.paused)
    await press('5')
    await until(page, (f) => Math.abs(f.time - SECONDS / 2) < 0.7)
    await press('ArrowLeft')
    await until(page, (f) => Math.abs(f.time - (SECONDS / 2 - 5)) < 0.7)
    await press('l')
    await until(page, (f) => Math.abs(f.time - (SECONDS / 2 + 5)) < 0.7)
    await press('Home')
    await until(page, (f) => f.time < 0.1)
    await press('>')
    await until(page, (f) => f.rate === 1.25)
    await press('<')
    await press('m')
    await until(page, (f) => f.muted && f.rate === 1)
    await press('t')
    await expect.poll(() => page.locator('.watch.is-theatre').count()).toBe(1)
    await press('f')
    await page.waitForSelector('.player.is-full')
    await press('f')
    await page.waitForSelector('.player:not(.is-full)')
    // A menu closes with Escape and gives the focus back to its button.
    await page.getByLabel(/^Qualité/).focus()
    await press('Enter')
    await page.waitForSelector('.player-menu[open]')
    await press('Escape')
    await expect.poll(() => page.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toMatch(/^Qualité/)
    await page.context().close()
  })

  test('captions, chapters, time codes and the preview over the bar', async () => {
    const page = await open(`/videos/watch/${uuid}`)
    await page.click('.player-begin')
    await until(page, (f) => f.time > 0.2)
    await page.keyboard.press('c')
    await expect.poll(() => page.locator('.player-caption').textContent()).toContain('Place aux trompettes')
    await expect.poll(() => page.locator('.player-track i').count()).toBe(2)
    const bar = await still(page.locator('.player-seek'))
    await page.mouse.move(bar.x + bar.width * 0.75, bar.y + bar.height / 2)
    await expect.poll(() => page.locator('.player-bubble').textContent()).toContain('La polka')
    await page.waitForSelector('.player-sprite')
    await page.click('.chapters a:has-text("La polka")')
    await until(page, (f) => f.time >= 12 && f.time < 15)
    await expect.poll(() => page.locator('.chapters [aria-current]').textContent()).toContain('La polka')
    await page.keyboard.press('Home')
    await page.click('.prose a:has-text("0:12")')
    await until(page, (f) => f.time >= 12 && f.time < 15)
    await page.context().close()
  })

  test('a time in the link, and going on where one stopped', async () => {
    const page = await open(`/videos/watch/${uuid}?start=0m17s`)
    await page.click('.player-begin')
    await until(page, (f) => f.time >= 17 && f.time < 19)
    await page.context().close()

    const again = await open(`/videos/watch/${uuid}`)
    await again.evaluate((id) => localStorage.setItem('kiosque.places', JSON.stringify({ [id]: { at: 16, when: 1 } })), uuid)
    // The film is too short to be worth it: the edges are fifteen seconds each. A longer one is tried in a unit test.
    await reload(again)
    await again.waitForSelector('.player-begin')
    await again.click('.player-begin')
    await until(again, (f) => f.time > 0 && f.time < 5)
    await again.context().close()
  })

  test('a view is counted', async () => {
    const page = await open(`/videos/watch/${uuid}`)
    const sent = page.waitForRequest((request) => request.url().endsWith('/views') && request.method() === 'POST')
    await page.click('.player-begin')
    const body = (await sent).postDataJSON() as { currentTime: number; sessionId: string }
    expect(body.currentTime).toBeLessThan(5)
    expect(body.sessionId).toMatch(/^\w{8,}$/)
    const answer = await (await sent).response()
    expect(answer?.status()).toBe(204)
    await page.context().close()
  })

  test('two viewers exchange pieces, and one of them stops', async () => {
    const first = await open(`/videos/watch/${uuid}`)
    await first.click('.player-begin')
    await until(first, (f) => f.time > 2)
    // A browser of last year lacks what the code for sharing counts on.
    const second = await fresh()
    await second.addInitScript('delete Uint8Array.prototype.toHex; delete Uint8Array.fromHex')
    await second.goto(`${kiosque.url}/videos/watch/${uuid}`)
    await second.click('.player-begin')
    const note = second.locator('.watch-sharing')
    await expect.poll(() => note.textContent()).toMatch(/1 autre personne regarde et vous envoie [1-9]\d?/)
    await note.getByRole('button').click()
    await expect.poll(() => note.textContent()).toContain('Vous regardez sans partager')
    await until(second, (f) => f.ended || (!f.paused && f.time > 0))
    // Remembered for the next film.
    await reload(second)
    await second.waitForSelector('.player-begin')
    await expect.poll(() => note.textContent()).toContain('Vous regardez sans partager')
    await first.context().close()
    await second.context().close()
  })

  test('sharing that breaks does not keep the film from playing', async () => {
    const page = await fresh()
    await page.addInitScript("Uint8Array.prototype.toHex = () => { throw new Error('broken') }")
    await page.goto(`${kiosque.url}/videos/watch/${uuid}`)
    await page.click('.player-begin')
    await until(page, (f) => f.time > 1 && !f.paused)
    await expect.poll(() => page.locator('.watch-sharing').textContent()).toContain('Vous regardez sans partager')
    await page.context().close()
  })

  test('the embedded player', async () => {
    const page = await open(`/videos/embed/${uuid}?start=5&muted=1&autoplay=1&loop=1&title=0`, '.player-controls')
    await until(page, (f) => f.time > 5 && f.muted)
    await expect.poll(() => page.locator('.embed-title').count()).toBe(0)
    await expect.poll(() => page.locator('.roof').count()).toBe(0)
    const bare = await open(`/videos/embed/${uuid}?controls=0`, 'video')
    await expect.poll(() => bare.locator('.player-controls').count()).toBe(0)
    await page.context().close()
    await bare.context().close()
  })

  /** Opens the film in a browser that says it is Apple's: Chromium has HLS of its own too, and no word for it there. */
  async function openAsApple(script: string): Promise<Page> {
    const page = await fresh()
    await page.addInitScript(`Object.defineProperty(navigator, 'vendor', { get: () => 'Apple Computer, Inc.' })
      const can = HTMLMediaElement.prototype.canPlayType
      HTMLMediaElement.prototype.canPlayType = function (type) { return type === 'application/vnd.apple.mpegurl' ? 'maybe' : can.call(this, type) }
      ${script}`)
    await page.goto(`${kiosque.url}/videos/watch/${uuid}`)
    await page.click('.player-begin')
    return page
  }
  const playedFrom = (page: Page) => page.evaluate(() => document.querySelector('video')?.currentSrc ?? '')

  test('where the browser has HLS of its own, it is used: quality, sound alone, a jump', async () => {
    const page = await openAsApple('')
    const begun = await until(page, (f) => f.time > 1 && !f.paused)
    expect(begun.lines).toBeGreaterThan(0)
    await expect.poll(() => playedFrom(page)).toMatch(/-master\.m3u8$/)
    await choose(page, '240p')
    await until(page, (f) => f.lines === 240 && f.time > 1 && !f.paused)
    await choose(page, 'Son seul')
    await until(page, (f) => f.lines === 0 && f.time > 1 && !f.paused)
    await page.keyboard.press('5')
    await until(page, (f) => f.time > SECONDS / 2 && !f.paused)
    await page.context().close()
  })

  test('a browser that promised more than it can plays in the next best way, down to the plain file', async () => {
    const broken = `const src = Object.getOwnPropertyDescriptor(HTMLMediaElement.prototype, 'src')
      Object.defineProperty(HTMLMediaElement.prototype, 'src', { ...src, set(url) { src.set.call(this, /m3u8/.test(url) ? 'data:text/plain,no' : url) } })`
    const page = await openAsApple(broken)
    await until(page, (f) => f.time > 1 && !f.paused)
    await expect.poll(() => playedFrom(page)).toMatch(/^blob:/)
    await page.context().close()
    const old = await openAsApple(`${broken}; delete window.MediaSource; delete window.ManagedMediaSource`)
    await until(old, (f) => f.time > 1 && !f.paused)
    await expect.poll(() => playedFrom(old)).toMatch(/\.mp4$/)
    await old.context().close()
  })

  test('a password: asked, refused, taken', async () => {
    const closed = await kiosque.upload(makeClip({ seconds: 4 }), 'secret.mp4', { privacy: '5', 'videoPasswords[]': 'l’œuf d’été' })
    await kiosque.until(closed, (progress) => progress.playable)
    const page = await open(`/videos/watch/${closed}`, 'input[type=password]')
    await page.fill('input[type=password]', 'wrong')
    await page.keyboard.press('Enter')
    await page.waitForSelector('[aria-invalid="true"]')
    await page.fill('input[type=password]', 'l’œuf d’été')
    await page.keyboard.press('Enter')
    await page.click('.player-begin')
    await until(page, (f) => f.time > 1)
    await page.context().close()
  })

  test('a film that is being encoded plays from its beginning to its end', async () => {
    const rehearsal = await kiosque.upload(makeClip({ seconds: 20, width: 854, height: 480, fit: 'encode' }), 'repetition.webm')
    const page = await open(`/videos/watch/${rehearsal}`, '.watch-player')
    await page.waitForSelector('.player-begin', { timeout: 60_000 })
    await page.click('.player-begin')
    const began = await until(page, (f) => f.time > 0.5)
    expect(began.time).toBeLessThan(8)
    const end = await until(page, (f) => f.ended)
    expect(end.time).toBeGreaterThan(19)
    await page.context().close()
  })
})
