import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Me, TokenAnswer } from '../src/api/types'
import { launch, open as openPage, reload, visit } from './browser'
import { makeClip } from './clip'
import { Kiosque } from './kiosque'

describe('somebody who follows a group is told of its new film, on the real server', () => {
  const kiosque = new Kiosque()
  let browser: Browser
  let lea: TokenAnswer
  let page: Page

  beforeAll(async () => {
    await kiosque.start()
    await kiosque.claim()
    browser = await launch()
    const me = await kiosque.api<Me>('GET', '/users/me')
    lea = await kiosque.member('lea')
    const uri = `${me.videoChannels[0]?.name}@${new URL(kiosque.url).host}`
    await fetch(`${kiosque.url}/api/v1/users/me/subscriptions`, { method: 'POST', body: JSON.stringify({ uri }), headers: { authorization: `Bearer ${lea.access_token}`, 'content-type': 'application/json' } })
    page = (await openPage(browser, { viewport: { width: 390, height: 800 } })).page
    await kiosque.signIn(page, lea)
  })
  afterAll(async () => {
    await browser.close()
    await kiosque.stop()
  })

  const bell = () => page.locator('.bell')
  const label = () => bell().innerText().then((text) => text.replace(/\s+/g, ''))

  test('the bell is silent while there is nothing, and the page says what comes', async () => {
    await visit(page, `${kiosque.url}/my/notifications`)
    await page.locator('main .empty').waitFor()
    await expect.poll(label).toBe('Notifications')
  })

  test('a new film rings when the page is looked at again', async () => {
    const film = await kiosque.upload(makeClip({ seconds: 4, width: 320, height: 180 }), 'bal.mp4')
    await kiosque.until(film, (progress) => progress.stage === 'ready')
    await expect
      .poll(async () => {
        await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')))
        return label()
      })
      .toBe('Notifications1')
  })

  test('its line leads to the film, and is read with that', async () => {
    await bell().click()
    await page.locator('main .news a').waitFor()
    await page.locator('main .news a').click()
    await page.waitForURL(/\/w\//)
    await expect.poll(label).toBe('Notifications')
    await bell().click()
    await page.locator('main .news li').waitFor()
    await expect.poll(() => page.locator('main .news .fresh').count()).toBe(0)
    await reload(page)
    await page.locator('main .news li').waitFor()
    await expect.poll(() => page.locator('main .news .fresh').count()).toBe(0)
  })

  test('who wants to be told no more is not', async () => {
    await visit(page, `${kiosque.url}/my/notifications?part=choices`)
    await page.getByRole('checkbox', { name: /nouvelles vidéos.*Sur le site/ }).uncheck()
    await page.getByRole('button', { name: 'Enregistrer' }).click()
    await page.locator('main .notice').waitFor()
    await reload(page)
    await expect.poll(() => page.getByRole('checkbox', { name: /nouvelles vidéos.*Sur le site/ }).isChecked()).toBe(false)
    const film = await kiosque.upload(makeClip({ seconds: 4, width: 320, height: 180 }), 'fanfare.mp4')
    await kiosque.until(film, (progress) => progress.stage === 'ready')
    // Its author is told after its followers are passed over.
    await expect.poll(async () => (await kiosque.api<Me>('GET', '/users/me')).unreadNotificationsCount).toBe(3)
    await visit(page, `${kiosque.url}/my/notifications`)
    await page.locator('main .news li').waitFor()
    await expect.poll(() => page.locator('main .news li').count()).toBe(1)
  })
})
