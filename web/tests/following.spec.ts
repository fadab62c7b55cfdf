import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { List, Me, TokenAnswer, VideoItem } from '../src/api/types'
import { filled, launch, open as openPage, visit } from './browser'
import { makeClip } from './clip'
import { Kiosque } from './kiosque'

const SECONDS = 40

describe('a reader follows a group, watches, and goes on elsewhere, on the real server', () => {
  const kiosque = new Kiosque()
  let browser: Browser
  let telephone: Page
  let group: string
  let film: string
  let lea: TokenAnswer

  beforeAll(async () => {
    await kiosque.start()
    await kiosque.claim()
    browser = await launch(['--autoplay-policy=no-user-gesture-required'])
    const me = await kiosque.api<Me>('GET', '/users/me')
    group = me.videoChannels[0]?.name ?? ''
    film = await kiosque.upload(makeClip({ seconds: SECONDS, width: 640, height: 360 }), 'bal.mp4')
    await kiosque.until(film, (progress) => progress.stage === 'ready')
    lea = await kiosque.member('lea')
    telephone = await device({ width: 390, height: 800 })
  })
  afterAll(async () => {
    await browser.close()
    await kiosque.stop()
  })

  /** A browser of its own in which Léa is signed in. */
  async function device(viewport: { width: number; height: number }): Promise<Page> {
    const { page } = await openPage(browser, { viewport })
    await kiosque.signIn(page, lea)
    return page
  }
  async function ask<T>(path: string): Promise<T> {
    const response = await fetch(`${kiosque.url}/api/v1${path}`, { headers: { authorization: `Bearer ${lea.access_token}` } })
    return (await response.json()) as T
  }
  const watched = async () => (await ask<List<VideoItem>>('/users/me/history/videos')).data.map((one) => one.userHistory?.currentTime ?? 0)
  const place = (page: Page) => page.evaluate(() => document.querySelector('video')?.currentTime ?? 0)

  test('who follows nothing is shown where to begin', async () => {
    await visit(telephone, `${kiosque.url}/my/subscriptions`)
    await expect.poll(() => telephone.locator('main .empty a').getAttribute('href')).toBe('/groups')
  })

  test('a visitor is led through signing in and back', async () => {
    const { page } = await openPage(browser)
    await visit(page, `${kiosque.url}/@${group}`)
    const link = page.getByRole('link', { name: /^S’abonner/ })
    await expect.poll(() => link.getAttribute('href')).toBe(`/sign-in?next=${encodeURIComponent(`/@${group}`)}`)
    await page.context().close()
  })

  test('following a group by keyboard is told, counted and remembered', async () => {
    await visit(telephone, `${kiosque.url}/@${group}`)
    const button = telephone.getByRole('button', { name: /abonner/ })
    await button.focus()
    await telephone.keyboard.press('Enter')
    await telephone.getByRole('button', { name: /^Se désabonner/ }).waitFor()
    await expect.poll(() => telephone.locator('main [role=status]').innerText()).toContain('arrivent sur votre page')
    await expect.poll(() => telephone.locator('.group-head .meta').innerText()).toContain('1 abonnement')
    await expect.poll(() => button.evaluate((node) => node === document.activeElement)).toBe(true)
    await visit(telephone, `${kiosque.url}/w/${film}`)
    await telephone.getByRole('button', { name: /^Se désabonner/ }).waitFor()
  })

  test('who looks after the group sees who follows it', async () => {
    const { page } = await openPage(browser)
    await kiosque.signIn(page)
    await visit(page, `${kiosque.url}/@${group}`)
    await page.getByText('Qui est abonné').click()
    await expect.poll(() => page.getByRole('link', { name: '@lea' }).getAttribute('href')).toMatch(/^\/a\/lea/)
    await page.context().close()
    await visit(telephone, `${kiosque.url}/@${group}`)
    await telephone.getByRole('button', { name: /^Se désabonner/ }).waitFor()
    await expect.poll(() => telephone.getByText('Qui est abonné').count()).toBe(0)
  })

  test('the feed holds the film, and so does the address for readers', async () => {
    await visit(telephone, `${kiosque.url}/my/subscriptions`)
    await expect.poll(() => telephone.locator('.card-video h3').allInnerTexts()).toEqual(['Le bal de la place'])
    await telephone.locator('main details summary').click()
    const address = await filled(() => telephone.locator('main details input').inputValue())
    const answer = await fetch(address)
    expect(answer.status).toBe(200)
    const feed = await answer.text()
    expect(feed).toContain('Le bal de la place')
    await telephone.locator('main details .button-quiet').click()
    await telephone.locator('dialog .button-danger').click()
    await telephone.locator('main details .notice-good').waitFor()
    await expect.poll(async () => (await fetch(address)).status).toBe(403)
    await expect.poll(() => telephone.locator('main details input').inputValue()).not.toBe(address)
  })

  test('a film goes on at another device where it was left, and its card tells how far', async () => {
    await telephone.goto(`${kiosque.url}/w/${film}`)
    await telephone.click('.player-begin')
    await expect.poll(() => place(telephone)).toBeGreaterThan(0.5)
    await telephone.keyboard.press('5')
    await expect.poll(() => place(telephone)).toBeGreaterThan(SECONDS / 2)
    await telephone.evaluate(() => document.querySelector('video')?.pause())
    await expect.poll(async () => (await watched())[0] ?? 0).toBeGreaterThanOrEqual(SECONDS / 2)
    const left = (await watched())[0] ?? 0
    const desktop = await device({ width: 1280, height: 900 })
    await visit(desktop, `${kiosque.url}/videos`)
    const seen = desktop.locator('.thumb-seen')
    const percent = Math.round((left / SECONDS) * 100)
    await expect.poll(async () => Number(/\d+/.exec(await seen.innerText())?.[0])).toBeGreaterThanOrEqual(percent - 3)
    await desktop.goto(`${kiosque.url}/w/${film}`)
    await desktop.click('.player-begin')
    await expect.poll(() => place(desktop)).toBeGreaterThanOrEqual(left)
    await desktop.context().close()
  })

  test('the history is searched, forgotten one by one, and switched off', async () => {
    await visit(telephone, `${kiosque.url}/my/history?search=LAMPION`)
    await expect.poll(() => telephone.locator('main').innerText()).toContain('Aucun titre')
    await telephone.fill('main [type=search]', 'bal')
    await telephone.keyboard.press('Enter')
    await expect.poll(() => telephone.locator('.card-video h3').count()).toBe(1)
    await telephone.getByRole('button', { name: /^Oublier/ }).first().click()
    await telephone.locator('main .notice-good').waitFor()
    await expect.poll(watched).toEqual([])
    await visit(telephone, `${kiosque.url}/my/history`)
    await telephone.locator('main .empty').waitFor()
    await visit(telephone, `${kiosque.url}/my/settings?part=display`)
    await telephone.getByLabel(/Retenir où j’en suis/).uncheck()
    await telephone.locator('.notice-good').first().waitFor()
    await visit(telephone, `${kiosque.url}/my/history`)
    await expect.poll(() => telephone.locator('main .notice-warn').innerText()).toContain('n’est pas retenu')
    await telephone.goto(`${kiosque.url}/w/${film}`)
    // Where it is is told, and counted as a view: that is not kept.
    const told = telephone.waitForResponse((response) => response.url().endsWith('/views'))
    await telephone.click('.player-begin')
    await expect.poll(() => place(telephone)).toBeGreaterThan(1)
    await (await told).finished()
    const kept = await watched()
    expect(kept).toEqual([])
  })

  test('all is cleared after a question', async () => {
    await telephone.context().close()
    await fetch(`${kiosque.url}/api/v1/users/me`, {
      method: 'PUT',
      headers: { authorization: `Bearer ${lea.access_token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ videosHistoryEnabled: true }),
    })
    const told = { method: 'POST', headers: { authorization: `Bearer ${lea.access_token}`, 'content-type': 'application/json' }, body: JSON.stringify({ currentTime: 7 }) }
    await fetch(`${kiosque.url}/api/v1/videos/${film}/views`, told)
    const page = await device({ width: 1280, height: 900 })
    await visit(page, `${kiosque.url}/my/history`)
    await page.locator('main details summary').click()
    await page.locator('main details .button-danger').click()
    await page.locator('dialog .button-danger').click()
    await page.locator('main .empty').waitFor()
    await expect.poll(watched).toEqual([])
    await page.context().close()
  })
})
