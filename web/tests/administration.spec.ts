import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import axe from 'axe-core'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { About, List, ServerConfig, SiteSettings, StaffVideo, User } from '../src/api/types'
import { launch, open as openPage, reload, visit } from './browser'
import { makeClip } from './clip'
import { Kiosque } from './kiosque'
import { Letters } from './letters'

const picture = 'public/icon-192.png'

describe('an administrator configures everything without touching a file', () => {
  const kiosque = new Kiosque()
  const letters = new Letters()
  let browser: Browser
  let page: Page
  let faults: string[]
  let port: number

  beforeAll(async () => {
    port = Number((await letters.start()).KIOSQUE_MAIL__PORT)
    await kiosque.start()
    await kiosque.claim()
    browser = await launch()
    const opened = await openPage(browser)
    page = opened.page
    faults = opened.faults
    await kiosque.signIn(page)
  })
  afterAll(async () => {
    await browser.close()
    await kiosque.stop()
    letters.stop()
  })

  const settings = () => kiosque.api<SiteSettings>('GET', '/server/settings')
  const config = () => kiosque.api<ServerConfig>('GET', '/config')
  const part = (name: string) => visit(page, `${kiosque.url}/admin/settings?part=${name}`)
  const save = async () => {
    await page.click('main .button-brass')
    await page.locator('form > .notice-good').waitFor()
  }

  test('the name and a message on every page', async () => {
    await visit(page, `${kiosque.url}/admin/settings`)
    await page.getByLabel('Nom du kiosque').fill('')
    await page.click('main .button-brass')
    await expect.poll(() => page.locator('.field-error').innerText()).toBe('Le nom a de 1 à 80 signes.')
    await expect.poll(() => page.evaluate(() => document.activeElement?.getAttribute('aria-invalid'))).toBe('true')
    await page.getByLabel('Nom du kiosque').fill('Le Grillon')
    await page.getByLabel('En une ligne').fill('Ciné-club du quartier')
    await page.getByLabel('La montrer').check()
    await page.getByLabel('Annonce, en Markdown').fill('Coupure **mardi**.')
    await page.getByLabel('Attention', { exact: true }).check()
    await save()
    await expect.poll(() => page.locator('.roof-name').innerText()).toContain('Le Grillon')
    await page.locator('.broadcast strong', { hasText: 'mardi' }).waitFor()
    const { page: visitor } = await openPage(browser)
    await visit(visitor, kiosque.url)
    await visitor.locator('.broadcast strong', { hasText: 'mardi' }).waitFor()
    // The page without scripts has it too: only the living one can be closed.
    await visitor.getByRole('button', { name: 'Fermer l’annonce' }).waitFor()
    await visitor.evaluate(axe.source)
    const wrong = await visitor.evaluate(async () => {
      const { violations } = await (window as unknown as { axe: typeof axe }).axe.run(document, { resultTypes: ['violations'] })
      return violations.map((one) => one.id)
    })
    expect(wrong).toEqual([])
    await visitor.getByRole('button', { name: 'Fermer l’annonce' }).click()
    await reload(visitor)
    await expect.poll(() => visitor.locator('.broadcast').count()).toBe(0)
    await visitor.context().close()
  })

  test('the mail server, whose password nobody is shown', async () => {
    await part('mail')
    await page.getByLabel('Nom du serveur').fill('127.0.0.1')
    await page.getByLabel(/^Aucun/).check()
    await page.getByLabel('Port', { exact: true }).fill(String(port))
    await page.locator('[type=password]').fill('secret de la chorale')
    await page.click('main .button-brass')
    await expect.poll(() => page.locator('.field-error').innerText()).toContain('Le serveur veut savoir qui écrit')
    await page.getByLabel('Expéditeur').fill('kiosque@kiosque.example')
    await page.click('main .button-brass')
    await page.getByRole('button', { name: 'M’envoyer un message d’essai' }).click()
    await expect.poll(() => page.locator('.notice-good').allInnerTexts().then((all) => all.join())).toContain('camille@kiosque.example')
    expect(await letters.to('camille@kiosque.example')).toContain('fonctionne')
    await expect.poll(async () => (await settings()).mail).toMatchObject({ password: null, passwordIsSet: true })
    await part('mail')
    await expect.poll(() => page.getByLabel('Expéditeur').inputValue()).toBe('kiosque@kiosque.example')
    await expect.poll(() => page.locator('[type=password]').inputValue()).toBe('')
    await expect.poll(() => page.content()).not.toContain('secret de la chorale')
  })

  test('the page about it, and the letter of a stranger', async () => {
    await part('pages')
    await page.getByLabel('Qui tient ce kiosque').fill('Le bureau, élu chaque automne.')
    await page.getByLabel('Vivre ensemble').fill('On ne crie pas.')
    await page.getByLabel('Votre site').fill('grillon')
    await page.locator('.chip', { hasText: 'Films' }).click()
    await page.selectOption('#another-language', 'fr')
    await page.getByRole('button', { name: 'Ajouter', exact: true }).click()
    await page.click('main .button-brass')
    await expect.poll(() => page.locator('.field-error').innerText()).toContain('http')
    await page.getByLabel('Votre site').fill('https://grillon.example')
    await save()
    await expect.poll(async () => (await kiosque.api<About>('GET', '/config/about')).instance).toMatchObject({ codeOfConduct: 'On ne crie pas.', languages: ['fr'], categories: [2] })

    const { page: visitor } = await openPage(browser)
    await visit(visitor, `${kiosque.url}/about`)
    await visitor.getByText('On ne crie pas.').waitFor()
    await visitor.getByLabel('Votre nom').fill('Anne')
    await visitor.getByLabel('Votre adresse courriel').fill('anne@ailleurs.example')
    await visitor.getByLabel('Sujet').fill('La salle')
    await visitor.getByLabel('Message', { exact: true }).fill('Est-elle ouverte dimanche ?')
    await visitor.getByRole('button', { name: 'Envoyer le message' }).click()
    await visitor.locator('.notice-good').waitFor()
    expect(await letters.to('camille@kiosque.example')).toContain('Est-elle ouverte dimanche')
    await visitor.context().close()
  })

  test('colours that can be read, a sign, an icon and a style', async () => {
    await part('look')
    const well = (name: string) => page.getByLabel(name, { exact: true })
    const choose = (name: string, colour: string) => well(name).evaluate((input: HTMLInputElement, value) => {
      input.value = value
      input.dispatchEvent(new Event('input', { bubbles: true }))
    }, colour)
    await choose('Toit', '#f2b632')
    await page.locator('.pair .badge-bad').first().waitFor()
    await page.click('main .button-brass')
    await expect.poll(() => page.locator('.field-error').innerText()).toContain('Trop clair')
    await expect.poll(async () => (await settings()).look.roof).toBe(null)
    await choose('Toit', '#5b3a63')
    await expect.poll(() => page.locator('.pair .badge-bad').count()).toBe(0)
    await page.getByLabel('CSS, ajouté à celui de Kiosque').fill('main h1 { text-decoration: underline }')
    await save()
    const roof = (of: Page) => of.locator('.roof').evaluate((node) => getComputedStyle(node).backgroundColor)
    await expect.poll(() => roof(page)).toBe('rgb(91, 58, 99)')
    await page.locator('input[type=file]').nth(0).setInputFiles(picture)
    await page.locator('.roof-sign').waitFor()
    await page.locator('input[type=file]').nth(1).setInputFiles(picture)
    await page.locator('.roof-wide').waitFor()
    await page.locator('section', { hasText: 'Signe large' }).getByRole('button', { name: 'Retirer Signe large' }).click()
    await page.locator('.roof-wide').waitFor({ state: 'detached' })
    await page.locator('.roof-sign').waitFor()
    await page.locator('input[type=file]').nth(2).setInputFiles(picture)
    await expect.poll(() => config().then((all) => all.instance.logo.filter((one) => !one.isFallback).map((one) => one.type))).toContain('favicon')

    const { page: visitor, faults: theirs } = await openPage(browser)
    await visit(visitor, `${kiosque.url}/videos`)
    await expect.poll(() => roof(visitor)).toBe('rgb(91, 58, 99)')
    await expect.poll(() => visitor.locator('h1').evaluate((node) => getComputedStyle(node).textDecorationLine)).toBe('underline')
    await expect.poll(() => visitor.locator('link[rel~=icon]').first().getAttribute('href')).toMatch(/^\/lazy-static\/upload-images\//)
    // Nor does it on the way there, also without loading a page anew.
    await visitor.locator('a[href^="/sign-in"]').first().click()
    await visitor.locator('input[type=password]').waitFor()
    await expect.poll(() => visitor.locator('h1').evaluate((node) => getComputedStyle(node).textDecorationLine)).toBe('none')
    expect(theirs).toEqual([])
    await visitor.context().close()
    // The style does not reach the page on which it is mended.
    await reload(page)
    await expect.poll(() => page.locator('h1').evaluate((node) => getComputedStyle(node).textDecorationLine)).toBe('none')
  })

  test('what is made of videos, who may come, and what only the machine changes', async () => {
    await part('videos')
    for (const rung of ['720p', '1080p', '480p', '360p', 'Son seul']) await page.locator('.chip', { hasText: rung }).click()
    await page.getByLabel('Place d’un nouveau compte, en Go', { exact: true }).fill('5')
    await page.getByLabel('Qui la voit').selectOption('2')
    await save()
    await expect.poll(settings).toMatchObject({ transcoding: { resolutions: [144, 240] }, uploads: { defaultQuota: 5e9 }, publish: { privacy: 2 } })
    await expect.poll(async () => (await config()).defaults.publish.privacy).toBe(2)
    await part('people')
    await page.getByLabel(/Les personnes dont vous acceptez la demande/).check()
    await save()
    await expect.poll(async () => (await config()).signup).toMatchObject({ allowed: true, requiresApproval: true })
    await part('machine')
    await expect.poll(() => page.locator('tr', { hasText: 'data_dir' }).innerText()).toContain(kiosque.folder)
  })

  test('several videos at once, by state and size', async () => {
    const uuids = []
    for (const name of ['Ronde', 'Valse', 'Polka']) uuids.push(await kiosque.upload(makeClip({ seconds: 2, width: 320, height: 180 }), `${name}.mp4`, { name }))
    for (const uuid of uuids) await kiosque.until(uuid, (progress) => progress.stage === 'ready')
    await visit(page, `${kiosque.url}/admin/videos`)
    for (const name of ['Ronde', 'Valse']) await page.getByLabel(`Choisir ${name}`).check()
    await page.selectOption('#bulk-what', 'privacy')
    await page.selectOption('#bulk-privacy', '3')
    await page.getByRole('button', { name: 'Faire', exact: true }).click()
    await page.locator('.notice-good', { hasText: 'Fait pour 2.' }).waitFor()
    const hidden = () => kiosque.api<List<StaffVideo>>('GET', '/videos?include=1&privacyOneOf=3&nsfw=both').then((list) => list.data.map((one) => one.name).sort())
    await expect.poll(hidden).toEqual(['Ronde', 'Valse'])
    await visit(page, `${kiosque.url}/admin/videos?privacy=3&sort=name`)
    await expect.poll(() => page.locator('tbody th a[href^="/videos"]').allInnerTexts()).toEqual(['Ronde', 'Valse'])
    await page.getByLabel('Choisir Ronde').check()
    await page.selectOption('#bulk-what', 'again')
    await page.getByRole('button', { name: 'Faire', exact: true }).click()
    await page.locator('.notice-bad', { hasText: 'il faut le renvoyer' }).waitFor()
    await page.getByLabel('Choisir Valse').check()
    await page.selectOption('#bulk-what', 'delete')
    await page.getByRole('button', { name: 'Faire', exact: true }).click()
    await page.click('dialog .button-danger')
    await page.locator('.notice-good', { hasText: 'Fait pour 1.' }).waitFor()
    await expect.poll(hidden).toEqual(['Ronde'])
  })

  test('several accounts at once, and oneself never', async () => {
    for (const username of ['lea', 'paul']) await kiosque.api('POST', '/users', { username, email: `${username}@kiosque.example`, password: 'quatre mots bien simples', role: 2 })
    await visit(page, `${kiosque.url}/admin/accounts?sort=username`)
    await page.getByLabel('Choisir @lea').waitFor()
    await expect.poll(() => page.getByLabel('Choisir @camille').count()).toBe(0)
    const all = async (what: string) => {
      for (const name of ['@lea', '@paul']) await page.getByLabel(`Choisir ${name}`).check()
      await page.selectOption('#bulk-what', what)
      if (what === 'quota') await page.locator('.bulk input').fill('2')
      await page.getByRole('button', { name: 'Faire', exact: true }).click()
      await page.locator('.notice-good', { hasText: 'Fait pour 2.' }).waitFor()
    }
    await all('quota')
    await all('block')
    const users = (query: string) => kiosque.api<List<User>>('GET', `/users?sort=username&${query}`).then((list) => list.data.map((one) => [one.username, one.videoQuota]))
    await expect.poll(() => users('blocked=true')).toEqual([['lea', 2e9], ['paul', 2e9]])
    await visit(page, `${kiosque.url}/admin/accounts?blocked=true`)
    await expect.poll(() => page.locator('tbody tr').count()).toBe(2)
    await all('unblock')
    await expect.poll(() => users('blocked=true')).toEqual([])
  })

  test('the disk by kind, and what may go', async () => {
    const left = join(kiosque.folder, 'cache', 'left')
    writeFileSync(left, 'a picture')
    await visit(page, `${kiosque.url}/admin/disk`)
    await expect.poll(() => page.locator('tr', { hasText: 'Qualités' }).innerText()).toMatch(/[ko]o|Mo/)
    const cache = page.locator('main li', { hasText: 'Ce que le kiosque refait' })
    await cache.getByRole('button').click()
    await page.click('dialog .button-danger')
    await page.locator('.notice-good').waitFor()
    await expect.poll(() => existsSync(left)).toBe(false)
    await expect.poll(() => cache.getByRole('button').count()).toBe(0)
  })

  test('the home page is arranged by keyboard, and stands so with scripts and without', async () => {
    const uuid = await kiosque.upload(makeClip({ seconds: 2, width: 320, height: 180 }), 'fanfare.mp4', { name: 'La fanfare' })
    await kiosque.until(uuid, (progress) => progress.stage === 'ready')
    await kiosque.api('PUT', `/videos/${uuid}`, { privacy: 1 })
    await part('home')
    await page.getByLabel('Les mots').fill('## Entrez\n\nLa salle est **ouverte**.')
    const names = () => page.locator('.sortable h3').allInnerTexts()
    await expect.poll(names).toEqual(['Mots de bienvenue', 'Une vidéo en grand', 'Les groupes', 'Nouvelles vidéos'])
    // The newest before the groups, with the arrow keys alone.
    await page.getByRole('button', { name: 'Déplacer « Nouvelles vidéos », 4 sur 4' }).press('ArrowUp')
    await expect.poll(names).toEqual(['Mots de bienvenue', 'Une vidéo en grand', 'Nouvelles vidéos', 'Les groupes'])
    await expect.poll(() => page.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toContain('3 sur 4')
    await page.getByRole('button', { name: 'Retirer Les groupes' }).click()
    await page.getByLabel('Ajouter un bloc').selectOption('featured')
    await page.getByRole('button', { name: 'Ajouter', exact: true }).press('Enter')
    const featured = page.locator('.sortable > li').last()
    await page.click('main .button-brass')
    await expect.poll(() => featured.locator('.field-error').innerText()).toContain('pas complet')
    await featured.getByLabel('Titre du bloc').fill('Nos préférées')
    await featured.getByLabel('Chercher une vidéo à montrer').fill('fanfare')
    await featured.getByLabel('Chercher une vidéo à montrer').press('Enter')
    await featured.getByRole('button', { name: 'Montrer La fanfare' }).click()
    await expect.poll(() => featured.getByRole('button', { name: 'Retirer La fanfare' }).count()).toBe(1)
    await save()
    await expect.poll(async () => (await settings()).home.blocks.map((block) => block.kind)).toEqual(['welcome', 'billboard', 'videos', 'featured'])
    const { page: visitor } = await openPage(browser)
    await visit(visitor, kiosque.url)
    await visitor.locator('main strong', { hasText: 'ouverte' }).waitFor()
    const headings = () => visitor.locator('main h2').allInnerTexts()
    await expect.poll(headings).toContain('Nos préférées')
    await expect.poll(headings).not.toContain('Groupes')
    await visitor.context().close()
    const plain = await (await fetch(kiosque.url)).text()
    const at = (words: string) => plain.indexOf(words, plain.indexOf('<main'))
    expect(at('<strong>ouverte')).toBeGreaterThan(0)
    expect(at('Nos préférées')).toBeGreaterThan(at('<strong>ouverte'))
    // Whoever brought a welcome from PeerTube reads and writes it as there.
    await expect.poll(() => kiosque.api('GET', '/custom-pages/homepage/instance')).toEqual({ content: '## Entrez\n\nLa salle est **ouverte**.' })
    expect(faults).toEqual([])
  })
})
