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
    const told = page.waitForResponse((response) => response.url().endsWith('/notifications/read'))
    await page.locator('main .news a').click()
    await page.getByRole('heading', { level: 1, name: 'Le bal de la place' }).waitFor()
    await told
    await expect.poll(label).toBe('Notifications')
    await bell().click()
    await page.getByRole('heading', { level: 1, name: 'Notifications' }).waitFor()
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

  test('a browser can be told while the site is closed', async () => {
    const context = page.context()
    await context.grantPermissions(['notifications'], { origin: kiosque.url })
    // Its maker's push service is not asked; the rest is as it is.
    await page.addInitScript((endpoint) => {
      const keys = { p256dh: 'BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4', auth: 'BTBZMqHH6r4Tts7J_aSIgg' }
      let made: object | null = null
      const subscription = { endpoint, toJSON: () => ({ endpoint, expirationTime: null, keys }), unsubscribe: async () => ((made = null), true) }
      PushManager.prototype.getSubscription = async () => made as PushSubscription | null
      PushManager.prototype.subscribe = async () => (made = subscription) as unknown as PushSubscription
    }, 'https://push.example/lea')
    const registered = new Promise<string>((done) => {
      void context.newCDPSession(page).then(async (devtools) => {
        devtools.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => registrations[0] && done(registrations[0].registrationId))
        await devtools.send('ServiceWorker.enable')
      })
    })
    await visit(page, `${kiosque.url}/my/notifications?part=choices`)
    await page.getByRole('button', { name: "M’annoncer dans ce navigateur" }).click()
    await page.getByText('Il vous annonce les nouvelles, même quand le site est fermé.').waitFor()
    const push = async () => (await fetch(`${kiosque.url}/api/v1/users/me/push`, { headers: { authorization: `Bearer ${lea.access_token}` } })).json() as Promise<{ endpoint: string | null }>
    await expect.poll(async () => (await push()).endpoint).toBe('https://push.example/lea')
    const devtools = await context.newCDPSession(page)
    await devtools.send('ServiceWorker.enable')
    const data = JSON.stringify({ title: 'Kiosque de la Halle', body: 'Une nouvelle vidéo', lang: 'fr', tag: 'notification-1', url: `${kiosque.url}/w/film` })
    await devtools.send('ServiceWorker.deliverPushMessage', { origin: kiosque.url, registrationId: await registered, data })
    const shown = () => page.evaluate(async () => (await (await navigator.serviceWorker.getRegistration('/sw.js'))?.getNotifications())?.map(({ title, body }) => `${title}: ${body}`))
    await expect.poll(shown).toEqual(['Kiosque de la Halle: Une nouvelle vidéo'])
    // A click opens the page that it is about. Nobody can click outside of a page here, so the worker is told that somebody did.
    const worker = context.serviceWorkers().find((one) => one.url().endsWith('/sw.js'))
    // In text: the types of a worker are not those of a page.
    const opened = await worker?.evaluate<string>(`(async () => {
      const [notification] = await self.registration.getNotifications()
      if (!notification) return 'nothing is shown'
      const asked = new Promise((done) => (self.clients.openWindow = async (url) => (done(String(url)), null)))
      self.dispatchEvent(new NotificationEvent('notificationclick', { notification }))
      return asked
    })()`)
    expect(opened).toBe(`${kiosque.url}/w/film`)
    await page.getByRole('button', { name: "Ne plus m’annoncer ici" }).click()
    await expect.poll(async () => (await push()).endpoint).toBeNull()
  })
})
