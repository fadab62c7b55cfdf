import { mkdirSync, rmSync } from 'node:fs'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { launch, open, pretendSignedIn, settled, visit } from './browser'
import { FakeServer } from './fake/server'
import { boxes, cut, misplaced, pseudo, showAll } from './look'

/** Where the pictures are kept, for people to look at: `test-results` is not in the repository. */
const FOLDER = new URL('../test-results/pictures', import.meta.url).pathname
const PHONE = { width: 360, height: 780 }
const DESK = { width: 1280, height: 800 }

const server = new FakeServer()
let browser: Browser
let base: string

beforeAll(async () => {
  rmSync(FOLDER, { recursive: true, force: true })
  mkdirSync(FOLDER, { recursive: true })
  base = await server.start()
  browser = await launch()
})
afterAll(async () => {
  await browser.close()
  server.stop()
})

/** Name of the picture, address, whether somebody is signed in. */
const PAGES: [string, string, boolean][] = [
  ['home', '/', false],
  ['watch', '/w/short0', true],
  ['search', '/search?search=bal', false],
  ['group', '/@group0', false],
  ['account', '/a/bureau', false],
  ['playlist', '/w/p/list1', false],
  ['feed', '/my/subscriptions', true],
  ['upload', '/upload', true],
  ['my-videos', '/my/videos', true],
  ['edit', '/videos/edit/short0', true],
  ['admin', '/admin', true],
  ['settings', '/my/settings', true],
  ['arrange', '/admin/settings?part=home', true],
  ['reports', '/admin/reports', true],
  ['hidden', '/admin/hidden', true],
  ['notifications', '/my/notifications', true],
  ['choices', '/my/notifications?part=choices', true],
  ['sign-in', '/sign-in', false],
]

async function picture(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: `${FOLDER}/${name}.png`, fullPage: true, animations: 'disabled' })
}

test.each(PAGES)('%s looks as it should: on a phone, at a desk, by day, in the evening, from right to left', async (name, path, signedIn) => {
  server.world = { groups: 6, videos: 8, signedIn }
  const { page, faults } = await open(browser, { viewport: DESK })
  if (signedIn) await pretendSignedIn(page)
  await visit(page, base + path)
  await settled(page)
  await expect.poll(() => page.locator('main .plate-past').count(), { message: 'no page of an error' }).toBe(0)
  const wrong: string[] = [...(await page.evaluate(showAll))]
  const note = async (where: string) => wrong.push(...(await page.evaluate(cut)).map((line) => `${where}: ${line}`))
  const theme = (which: string) => page.evaluate((one) => document.documentElement.setAttribute('data-theme', one), which)
  const direction = (which: string) => page.evaluate((one) => (document.documentElement.dir = one), which)

  for (const [size, width] of [['desk', DESK], ['phone', PHONE]] as const) {
    await page.setViewportSize(width)
    for (const which of ['light', 'dark']) {
      await theme(which)
      await picture(page, `${name}-${size}-${which}`)
    }
    await note(size)
    // The same page in a mirror: each box as far from the right edge as it was from the left.
    const before = await page.evaluate(boxes)
    await direction('rtl')
    wrong.push(...misplaced(before, await page.evaluate(boxes)).map((line) => `${size}, mirrored: ${line}`))
    await direction('ltr')
  }
  await page.setViewportSize({ width: 320, height: 640 })
  await note('320 px')

  await theme('light')
  await direction('rtl')
  await page.evaluate(pseudo)
  for (const [size, width] of [['desk', DESK], ['phone', PHONE]] as const) {
    await page.setViewportSize(width)
    await note(`${size}, right to left`)
    await picture(page, `${name}-${size}-rtl`)
  }
  expect([...wrong, ...faults]).toEqual([])
  await page.context().close()
})
