import axe from 'axe-core'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { launch, open, pretendSignedIn, settled, visit } from './browser'
import { FakeServer } from './fake/server'

const server = new FakeServer()
let browser: Browser
let base: string

beforeAll(async () => {
  base = await server.start()
  browser = await launch()
})
afterAll(async () => {
  await browser.close()
  server.stop()
})

const OUT = ['/', '/?sort=trending', '/w/short0', '/w/short5', '/w/p/list1', '/w/p/list2', '/w/p/list1?playlistPosition=2', '/w/p/list1?playlistPosition=3', '/@group0/playlists', '/a/bureau/playlists', '/videos', '/groups', '/@group0', '/a/bureau', '/search?search=bal', '/about', '/sign-in', '/signup', '/forgot-password', '/reset-password?userId=1&verificationString=t', '/verify-account/email?userId=1&verificationString=t', '/verify-account/ask-send-email', '/setup', '/setup?token=t', '/join/t', '/join/old', '/nothing/here']
const IN = [
  '/my/videos',
  '/my/playlists',
  '/my/playlists/list0',
  '/my/playlists/list1',
  '/w/p/list0',
  '/my/subscriptions',
  '/my/subscriptions?part=groups',
  '/my/subscriptions?part=people',
  '/my/history',
  '/my/notifications',
  '/my/notifications?part=unread',
  '/my/notifications?part=choices',
  '/@group5',
  '/a/bureau',
  '/w/short3',
  '/my/comments',
  '/my/comments?which=waiting',
  '/my/reports',
  '/my/mutes',
  '/w/short3',
  '/upload',
  '/videos/edit/short0',
  '/my/settings',
  '/my/settings?part=display',
  '/my/settings?part=security',
  '/my/settings?part=groups',
  '/my/groups/group0',
  '/my/groups/group0/invitations',
  '/my/groups/group0/requests',
  '/my/groups/group0/log',
  '/my/groups/group0/details',
  '/join/t',
  '/admin',
  '/admin/jobs',
  '/admin/jobs?state=failed',
  '/admin/jobs?state=cancelled',
  '/admin/accounts',
  '/admin/registrations',
  '/admin/videos',
  '/admin/disk',
  '/admin/comments',
  '/admin/reports',
  '/admin/reports?id=1',
  '/admin/reports?id=4',
  '/admin/hidden',
  '/admin/mutes',
  '/admin/log',
  '/admin/settings',
  '/admin/settings?part=pages',
  '/admin/settings?part=home',
  '/admin/settings?part=look',
  '/admin/settings?part=videos',
  '/admin/settings?part=people',
  '/admin/settings?part=mail',
  '/admin/settings?part=machine',
]

/** Presses a button of the watch page and waits for what it brings. */
async function press(page: Page, name: string, brings: string): Promise<void> {
  await page.getByRole('button', { name, exact: true }).click()
  await page.waitForSelector(brings, { state: 'attached' })
  await page.evaluate(() => document.querySelectorAll('details.fold').forEach((fold) => ((fold as HTMLDetailsElement).open = true)))
}

/** What pages look like when somebody is in the middle of something. */
const AMID: [string, (page: Page) => Promise<unknown>][] = [
  ['/videos/edit/short2', (page) => page.getByLabel(/toute seule/).check()],
  ['/videos/edit/short4', (page) => page.click('main .button-brass')],
  ['/my/videos', (page) => page.locator('tbody .button-danger').first().click()],
  ['/my/history', (page) => page.locator('main .button-danger').click()],
  ['/my/subscriptions', (page) => page.locator('main details .button-quiet').click()],
  ['/admin', (page) => page.locator('main details button').click()],
  ['/admin/accounts', (page) => page.locator('tbody button').last().click()],
  ['/admin/videos', (page) => page.locator('tbody input').first().check()],
  ['/admin/settings?part=home', (page) => page.getByLabel('Chercher une vidéo à montrer').first().fill('bal').then(() => page.keyboard.press('Enter')).then(() => page.waitForSelector('.picked .button'))],
  ['/admin/disk', (page) => page.locator('main li button').first().click()],
  ['/about', (page) => page.locator('main form .button-full').click()],
  ['/my/settings', (page) => page.locator('input[type=file]').first().setInputFiles('public/icon-192.png').then(() => page.waitForSelector('.crop canvas'))],
  ['/groups', (page) => menuAlone(page)],
  ['/search?search=a&kind=people', (page) => page.waitForSelector('.card-group')],
  ['/search', (page) => page.fill('#words', 'fa').then(() => page.waitForSelector('main [role=option]'))],
  ['/signup', (page) => page.click('main .button-brass')],
  ['/my/groups/group0', (page) => page.locator('main details .button-danger').first().click()],
  ['/my/groups/group0/invitations', (page) => page.click('main .button-brass')],
  ['/my/settings?part=groups', (page) => page.locator('main > .page > details button').click()],
  ['/w/short0', (page) => page.locator('.player-menu summary').last().click()],
  ['/w/short0', (page) => press(page, 'Partager', '#share textarea')],
  ['/w/short0', (page) => press(page, 'Enregistrer', '#save .save-lists')],
  ['/w/p/list1', (page) => press(page, 'Partager', '#share textarea')],
  ['/videos', (page) => page.locator('.save').first().click().then(() => page.waitForSelector('dialog .save-lists'))],
  ['/my/playlists', (page) => page.locator('main .button-danger').first().click()],
  ['/@group0/playlists', (page) => page.getByRole('button', { name: 'Changer l’ordre' }).click()],
  ['/w/short0', (page) => page.getByRole('button', { name: /Voir 12 réponses/ }).click()],
  ['/w/short0', (page) => page.getByRole('button', { name: 'Répondre' }).first().click()],
  ['/w/short0', (page) => page.getByRole('button', { name: 'Retirer' }).first().click()],
  ['/w/short0', (page) => page.getByRole('button', { name: 'Signaler' }).first().click().then(() => page.waitForSelector('dialog textarea'))],
  ['/my/reports', (page) => page.locator('details.fold > summary').first().click().then(() => page.waitForSelector('.messages'))],
  ['/admin/reports?id=1', (page) => page.getByRole('button', { name: 'Cacher la vidéo' }).click()],
  ['/admin/reports?id=3', (page) => page.getByRole('button', { name: /^Avertir/ }).click()],
  ['/w/short0', (page) => page.getByRole('button', { name: 'Masquer' }).first().click()],
  ['/admin/reports?id=2', (page) => page.getByRole('button', { name: 'Retirer le commentaire' }).click()],
  ['/my/comments', (page) => page.locator('tbody input').first().check()],
  ['/admin/comments', (page) => page.locator('tbody .button-danger').first().click()],
]

/** The menu of who is signed in, over a page with nothing but its title. */
async function menuAlone(page: Page): Promise<void> {
  await page.click('.account-menu > summary')
  await page.waitForSelector('.account-menu[open] a')
  await page.evaluate(() => document.querySelectorAll('main :not(h1, h1 *, :has(h1))').forEach((one) => one.remove()))
}

/** What axe finds wrong, as lines. */
async function faults(page: Page): Promise<string[]> {
  return page.evaluate(async () => {
    const { violations } = await (window as unknown as { axe: typeof axe }).axe.run(document, {
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
      resultTypes: ['violations'],
    })
    return violations.flatMap((one) => one.nodes.map((node) => `${one.id}: ${node.html.slice(0, 160)}`))
  })
}

async function look(path: string, signedIn: boolean, amid?: (page: Page) => Promise<unknown>): Promise<void> {
  server.world = { groups: 6, videos: 8, signedIn }
  const { page, faults: errors } = await open(browser)
  if (signedIn) await pretendSignedIn(page)
  await visit(page, base + path)
  await settled(page)
  // All but the menu, which lies over the page and half hides what is below it.
  await page.evaluate(() => document.querySelectorAll<HTMLDetailsElement>('details:not(.account-menu)').forEach((fold) => (fold.open = true)))
  await amid?.(page)
  await settled(page)
  await page.evaluate(axe.source)
  const found: string[] = []
  for (const theme of ['light', 'dark']) {
    await page.evaluate((name) => document.documentElement.setAttribute('data-theme', name), theme)
    for (const width of [320, 1280]) {
      await page.setViewportSize({ width, height: 800 })
      found.push(...(await faults(page)).map((line) => `${theme} ${width} ${line}`))
    }
  }
  for (const direction of ['ltr', 'rtl']) {
    await page.evaluate((name) => (document.documentElement.dir = name), direction)
    for (const width of [320, 390, 640, 1024]) {
      await page.setViewportSize({ width, height: 800 })
      const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
      if (over > 0) found.push(`${direction} ${width}: ${over} px too wide`)
    }
  }
  // Letters of twice the size, as the system's settings make them.
  await page.evaluate(() => (document.documentElement.style.fontSize = '200%'))
  await page.setViewportSize({ width: 390, height: 800 })
  const large = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
  if (large > 0) found.push(`letters of 200 %: ${large} px too wide`)
  expect([...found, ...errors]).toEqual([])
  await expect.poll(() => page.locator('.button-brass:visible').count()).toBeLessThan(2)
  await page.context().close()
}

test.each(OUT)('%s is for everyone', (path) => look(path, false))
test.each(AMID)('%s is for everyone, in the middle of something', (path, amid) => look(path, true, amid))
test.each(IN)('%s is for everyone who is signed in', (path) => look(path, true))
