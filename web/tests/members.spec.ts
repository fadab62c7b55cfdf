import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { List, Me, MyVideo, VideoItem } from '../src/api/types'
import { filled, launch, open as openPage, visit } from './browser'
import { makeClip } from './clip'
import { Kiosque } from './kiosque'

const PASSWORD = 'une longue marche'
const GROUP = 'fanfare'

describe('several people publish as one group, on the real server', () => {
  const kiosque = new Kiosque()
  const folder = mkdtempSync(join(tmpdir(), 'clips-'))
  let browser: Browser
  let camille: Page
  let lea: Page
  let faults: string[]
  let link: string

  beforeAll(async () => {
    await kiosque.start()
    await kiosque.claim()
    await kiosque.api('PUT', '/server/settings', { signup: { mode: 'open', verifyEmail: false } })
    await kiosque.api('POST', '/video-channels', { name: GROUP, displayName: 'Fanfare des Deux-Ponts', description: 'On joue le mardi.' })
    browser = await launch()
    camille = (await openPage(browser)).page
    await kiosque.signIn(camille)
    ;({ page: lea, faults } = await openPage(browser, { viewport: { width: 390, height: 800 } }))
  })
  afterAll(async () => {
    await browser.close()
    await kiosque.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  const good = (page: Page) => page.locator('main .notice-good').first().waitFor()
  const heading = (page: Page) => page.locator('main h1').innerText()
  const people = (part = '') => `${kiosque.url}/my/groups/${GROUP}${part}`

  test('an administrator makes a link', async () => {
    await visit(camille, `${kiosque.url}/@${GROUP}`)
    await camille.getByRole('link', { name: 'Personnes et réglages' }).click()
    await camille.waitForURL(people())
    await expect.poll(() => camille.locator('main li').count()).toBe(1)
    await visit(camille, people('/invitations'))
    const form = camille.locator('section[aria-labelledby=invite-link]')
    await form.getByRole('radio', { name: /Modération/ }).check()
    await form.getByLabel('Valable combien de jours').fill('90')
    await form.getByRole('button', { name: 'Créer un lien' }).click()
    await expect.poll(() => form.locator('.field-error').innerText()).toContain('De 1 à 30')
    await form.getByLabel('Valable combien de jours').fill('3')
    await form.getByRole('button', { name: 'Créer un lien' }).click()
    link = await filled(() => form.getByLabel('Lien').inputValue())
    expect(link).toContain(`${kiosque.url}/join/`)
    await camille.getByText('Lien : 0 entrées sur 10').waitFor()
  })

  test('who follows it makes an account, comes back to it, and is in', async () => {
    await visit(lea, link)
    await expect.poll(() => heading(lea)).toContain('Fanfare des Deux-Ponts')
    await expect.poll(() => lea.locator('main').innerText()).toContain('Publie au nom du groupe')
    await lea.getByRole('link', { name: 'Créer un compte' }).click()
    await lea.waitForURL('**/signup**')
    await lea.getByLabel('Nom du compte').fill('lea')
    await lea.getByLabel('Nom affiché').fill('Léa Martin')
    await lea.getByLabel('Adresse courriel', { exact: true }).fill('lea@kiosque.example')
    await lea.getByLabel('Mot de passe', { exact: true }).fill(PASSWORD)
    await lea.click('main .button-brass')
    await lea.waitForURL(link)
    await lea.getByLabel(/Me nommer sur la page/).check()
    await lea.getByRole('button', { name: 'Rejoindre le groupe' }).click()
    await lea.waitForURL(`${kiosque.url}/@${GROUP}`)
    await lea.getByText('Vous faites partie de ce groupe : Modération.').waitFor()
    await expect.poll(() => lea.locator('section[aria-labelledby=group-people] li').allInnerTexts()).toEqual(['C\ncamille\nAdministration', 'LM\nLéa Martin\nModération'])
  })

  test('what she sends is published in the name of the group, and both find it among theirs', async () => {
    const clip = join(folder, 'La_marche.mp4')
    writeFileSync(clip, makeClip({ seconds: 6, rate: 20_000 }))
    await visit(lea, `${kiosque.url}/upload`)
    // Some seconds, in which the group is chosen.
    const session = await lea.context().newCDPSession(lea)
    await session.send('Network.emulateNetworkConditions', { offline: false, latency: 5, downloadThroughput: -1, uploadThroughput: 2_000_000 })
    await lea.setInputFiles('.drop input', clip)
    await lea.locator('.file', { hasText: 'La_marche.mp4' }).getByLabel('Groupe', { exact: true }).selectOption({ label: 'Fanfare des Deux-Ponts' })
    const sent = async () => (await kiosque.api<List<MyVideo>>('GET', '/users/me/videos')).data.find((one) => one.name === 'La marche' && one.channel.name === GROUP)
    await expect.poll(sent, { timeout: 60_000 }).toBeTruthy()
    const film = await sent()
    await kiosque.until(film?.uuid ?? '', (progress) => progress.stage === 'ready')
    await kiosque.api('PUT', `/videos/${film?.uuid}`, { privacy: 1 })
    await visit(lea, `${kiosque.url}/my/videos`)
    await expect.poll(() => lea.locator('main').innerText()).toContain('La marche')
    await visit(camille, `${kiosque.url}/@${GROUP}`)
    await expect.poll(() => camille.locator('main').innerText()).toContain('La marche')
    const shown = (await kiosque.api<List<VideoItem>>('GET', `/video-channels/${GROUP}/videos`)).data[0]
    expect([shown?.account.name, shown?.channel.name]).toEqual(['lea', GROUP])
  })

  test('she gives it to a group of her own and back', async () => {
    const film = (await kiosque.api<List<VideoItem>>('GET', `/video-channels/${GROUP}/videos`)).data[0]
    for (const count of [0, 1]) {
      await visit(lea, `${kiosque.url}/videos/edit/${film?.shortUUID}`)
      const group = lea.getByLabel('Groupe', { exact: true })
      // The group that it is in stands first, and there is one more.
      await expect.poll(() => group.locator('option').count()).toBe(2)
      await group.selectOption({ index: 1 })
      await lea.click('main .button-brass')
      await good(lea)
      await expect.poll(async () => (await kiosque.api<List<VideoItem>>('GET', `/video-channels/${GROUP}/videos`)).total).toBe(count)
    }
  })

  test('a third one asks, is let in, is invited elsewhere, and leaves', async () => {
    await visit(camille, people())
    await camille.getByRole('radio', { name: /On peut le demander/ }).check()
    await camille.locator('form', { has: camille.locator('fieldset') }).getByRole('button', { name: 'Enregistrer' }).last().click()
    await good(camille)
    const max = (await openPage(browser)).page
    await visit(max, `${kiosque.url}/signup`)
    await max.getByLabel('Nom du compte').fill('max')
    await max.getByLabel('Adresse courriel', { exact: true }).fill('max@kiosque.example')
    await max.getByLabel('Mot de passe', { exact: true }).fill(PASSWORD)
    await max.click('main .button-brass')
    await max.waitForURL(`${kiosque.url}/my/videos`)
    await visit(max, `${kiosque.url}/@${GROUP}`)
    await max.locator('summary', { hasText: 'Demander à entrer' }).click()
    await max.getByLabel('Un mot pour qui répondra').fill('Je joue du bugle.')
    await max.getByRole('button', { name: 'Envoyer', exact: true }).click()
    await max.getByText('Vous avez demandé à entrer.').last().waitFor()
    await visit(camille, people('/requests'))
    await expect.poll(() => camille.locator('main li').innerText()).toContain('Je joue du bugle.')
    await camille.getByRole('button', { name: /^Accepter/ }).click()
    await good(camille)
    await camille.getByText('Personne n’attend de réponse').waitFor()
    // Another role, then the log tells it.
    await visit(camille, people())
    const row = camille.locator('main li', { hasText: '@max' })
    await row.locator('summary').click()
    await row.getByRole('radio', { name: /Modération/ }).check()
    await row.getByRole('button', { name: /Enregistrer/ }).click()
    await good(camille)
    await visit(camille, people('/log'))
    const log = () => camille.locator('main .log').innerText().then((text) => text.replace(/[\u00a0\u202f]/g, ' '))
    for (const line of ['a changé le rôle de max : Modération', 'a accepté la demande de max', 'Léa Martin a suivi un lien (Modération)', 'Léa Martin a apporté « La marche » d’un autre groupe']) await expect.poll(log).toContain(line)
    // An invitation by name is found in the settings.
    const own = (await kiosque.api<Me>('GET', '/users/me')).videoChannels.find((one) => one.name !== GROUP)
    await kiosque.api('POST', `/groups/${own?.name}/invitations`, { account: 'max', role: 'member' })
    await visit(max, `${kiosque.url}/my/settings?part=groups`)
    await max.getByRole('button', { name: /^Accepter/ }).click()
    await good(max)
    await visit(max, people())
    await max.getByRole('button', { name: 'Quitter le groupe' }).click()
    await max.click('dialog .button-danger')
    await max.waitForURL(`${kiosque.url}/my/settings?part=groups`)
    await expect.poll(() => heading(max)).toBe('Réglages')
    await expect.poll(() => max.locator('main').innerText()).not.toContain('Fanfare')
  })

  test('the group is handed over before its last administrator can leave', async () => {
    await visit(camille, people())
    await camille.getByRole('button', { name: 'Quitter le groupe' }).click()
    await camille.click('dialog .button-danger')
    await expect.poll(() => camille.locator('dialog .field-error').innerText()).toContain('Confiez-le d’abord à quelqu’un')
    await camille.locator('dialog .button:not(.button-danger)').click()
    const row = camille.locator('main li', { hasText: '@lea' })
    await row.locator('summary').click()
    await row.getByRole('button', { name: /Confier le groupe/ }).click()
    await camille.click('dialog .button-danger')
    await good(camille)
    await camille.getByRole('button', { name: 'Quitter le groupe' }).click()
    await camille.click('dialog .button-danger')
    await camille.waitForURL(`${kiosque.url}/my/settings?part=groups`)
    await visit(lea, people())
    await expect.poll(() => lea.locator('main li').innerText()).toContain('Répond du groupe')
    expect(faults).toEqual([])
  })
})
