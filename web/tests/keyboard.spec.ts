import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
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
beforeEach(() => {
  server.world = { groups: 2, videos: 3, signedIn: true }
  server.changes.length = 0
})

/** The control that has the focus: what it is, whether it is seen, and whether a ring shows it. */
interface Stop {
  what: string
  seen: boolean
  ring: boolean
}

/** What has the focus now; null outside of all controls. */
const stop = (page: Page): Promise<Stop | null> =>
  page.evaluate(() => {
    const node = document.activeElement as HTMLElement | null
    if (!node || node === document.body) return null
    const ringed = (element: Element | null, part?: string) => {
      if (!element) return false
      const { outlineStyle, outlineWidth } = getComputedStyle(element, part)
      return outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2
    }
    // What is drawn over, beside or for an invisible control wears the ring.
    const beside = [node, node.nextElementSibling, ...(node.parentElement?.querySelectorAll('.player-knob') ?? [])]
    const box = node.getBoundingClientRect()
    node.setAttribute('data-reached', '')
    return {
      what: `${node.tagName.toLowerCase()} ${node.getAttribute('aria-label') ?? node.id} ${(node.textContent ?? '').trim().slice(0, 40)}`,
      seen: box.width > 0 && box.height > 0 && box.bottom > 0 && box.top < innerHeight,
      // The calendar within a date has a ring of its own, which no style tells of.
      ring: node.matches('[type=date], [type=datetime-local]') || beside.some((one) => ringed(one)) || ringed(node, '::after'),
    }
  })

/** Every control that nobody reached with Tab. Of a group of radio buttons one is enough. */
const missed = (page: Page) =>
  page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>('a[href], button, input, select, textarea, summary, video[controls]')]
      .filter((node) => {
        if (node.hasAttribute('data-reached') || node.tabIndex < 0 || (node as HTMLButtonElement).disabled || node.getClientRects().length === 0) return false
        if (node.closest('details:not([open])') && node.tagName !== 'SUMMARY') return false
        if (node instanceof HTMLInputElement && node.type === 'radio') return !document.querySelector(`input[name="${node.name}"][data-reached]`)
        return getComputedStyle(node).visibility !== 'hidden'
      })
      .map((node) => node.outerHTML.slice(0, 120)),
  )

test.each(['/', '/w/short0', '/upload', '/videos/edit/short1', '/my/videos', '/my/playlists', '/my/playlists/list1', '/w/p/list1', '/w/p/list1?playlistPosition=2', '/my/settings?part=security', '/signup', '/admin', '/admin/accounts', '/admin/registrations', '/admin/videos', '/admin/disk', '/admin/settings', '/admin/settings?part=look', '/about'])(
  '%s: Tab reaches everything, in sight and with a ring, and comes out again',
  async (path) => {
    const { page } = await open(browser)
    await pretendSignedIn(page)
    await visit(page, base + path)
    await settled(page)
    await page.evaluate(() => document.querySelectorAll<HTMLElement>('main details.fold:not([open]) > summary').forEach((summary) => summary.click()))
    await settled(page)
    await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur())
    const stops: Stop[] = []
    for (let pressed = 0; pressed < 250; pressed += 1) {
      await page.keyboard.press('Tab')
      const now = await stop(page)
      if (!now) break
      stops.push(now)
    }
    expect(stops.length).toBeGreaterThan(5)
    expect(stops.length).toBeLessThan(250)
    expect(stops.filter((one) => !one.seen || !one.ring)).toEqual([])
    const left = await missed(page)
    expect(left).toEqual([])
    await page.context().close()
  },
)

test('a chapter is added and saved with the keyboard alone', async () => {
  const { page } = await open(browser)
  await pretendSignedIn(page)
  await visit(page, `${base}/videos/edit/short1`)
  await page.locator('summary', { hasText: 'Chapitres' }).focus()
  await page.keyboard.press('Enter')
  const add = page.getByRole('button', { name: 'Ajouter un chapitre' })
  await add.focus()
  await page.keyboard.press('Enter')
  await page.locator('.chapter-line').last().locator('input').first().focus()
  await page.keyboard.type('4:05')
  await page.keyboard.press('Tab')
  await page.keyboard.type('Le rappel')
  await page.keyboard.press('Enter')
  await page.waitForSelector('form > .notice-good')
  await expect.poll(() => server.changes).toContain('PUT /videos/00000000-0000-4000-8000-000000000001/chapters')
  await page.context().close()
})

test('the films of a playlist are put in order with the keyboard alone', async () => {
  const { page } = await open(browser)
  await pretendSignedIn(page)
  await visit(page, `${base}/my/playlists/list1`)
  const grips = page.locator('.sortable-grip')
  await grips.nth(1).focus()
  await page.keyboard.press('ArrowDown')
  await expect.poll(() => page.locator('[aria-live=assertive]').innerText()).toMatch(/est maintenant 3 sur 6/)
  await expect.poll(() => server.changes).toEqual(['POST /video-playlists/2/videos/reorder'])
  // The handle that was pressed keeps the focus.
  await expect.poll(async () => (await stop(page))?.what).toContain('Déplacer')
  await page.keyboard.press('Home')
  await expect.poll(() => page.locator('[aria-live=assertive]').innerText()).toMatch(/est maintenant 1 sur 6/)
  await page.context().close()
})

test('the menu of one’s own is opened, left and used with the keyboard alone', async () => {
  const { page } = await open(browser)
  await pretendSignedIn(page)
  await visit(page, base)
  const menu = page.locator('.account-menu')
  const isOpen = () => menu.evaluate((node: HTMLDetailsElement) => node.open)
  await menu.locator('summary').focus()
  await page.keyboard.press('Enter')
  await expect.poll(isOpen).toBe(true)
  await page.keyboard.press('Tab')
  await page.keyboard.press('Escape')
  await expect.poll(isOpen).toBe(false)
  await expect.poll(async () => (await stop(page))?.what).toContain('Compte')
  await page.keyboard.press('Enter')
  // Who turns to something else wants it closed.
  await page.locator('main a').first().focus()
  await expect.poll(isOpen).toBe(false)
  await menu.locator('summary').focus()
  await page.keyboard.press('Enter')
  await page.keyboard.press('Tab')
  await page.keyboard.press('Tab')
  // Past one's name, the first of what is one's own.
  await page.keyboard.press('Enter')
  await page.waitForURL('**/my/subscriptions')
  await expect.poll(isOpen).toBe(false)
  await page.context().close()
})
