import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Group, List, MyVideo, ServerConfig, VideoItem } from '../src/api/types'
import { filled, launch, open as openPage, reload, visit } from './browser'
import { makeClip } from './clip'
import { Kiosque } from './kiosque'
import { Letters } from './letters'
import { code } from './totp'

const PASSWORD = 'une longue marche'
const NEW = 'une autre longue soirée'
const LEA = 'lea@kiosque.example'
const GROUP = 'fanfare'

describe('an association opens its kiosk to its members and to strangers', () => {
  const kiosque = new Kiosque()
  const letters = new Letters()
  const folder = mkdtempSync(join(tmpdir(), 'story-'))
  let browser: Browser
  let camille: Page
  let lea: Page
  let paul: Page
  let port: string
  let codes: string[] = []
  const faults: string[][] = []

  /** Somebody with a browser of their own. */
  async function somebody(width: number): Promise<Page> {
    const opened = await openPage(browser, { viewport: { width, height: 900 } })
    faults.push(opened.faults)
    return opened.page
  }

  beforeAll(async () => {
    port = (await letters.start()).KIOSQUE_MAIL__PORT ?? ''
    await kiosque.start()
    await kiosque.claim()
    browser = await launch()
    camille = await somebody(1280)
    await kiosque.signIn(camille)
    lea = await somebody(390)
    paul = await somebody(1280)
  })
  afterAll(async () => {
    await browser.close()
    await kiosque.stop()
    letters.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  const good = (page: Page) => page.locator('main .notice-good').first().waitFor()
  const signedIn = (page: Page) => expect.poll(() => page.locator('.account-menu').count()).toBe(1)
  /** Keeps a part of the settings. */
  async function keep(): Promise<void> {
    await camille.click('main .button-brass')
    await camille.locator('form > .notice-good').waitFor()
  }
  async function signIn(page: Page, name: string, password: string): Promise<void> {
    await visit(page, `${kiosque.url}/sign-in`)
    await page.fill('[autocomplete=username]', name)
    await page.fill('[autocomplete=current-password]', password)
    await page.keyboard.press('Enter')
  }
  /** What somebody writes who wants an account. */
  async function ask(page: Page, name: string, shown: string, email: string, reason: string): Promise<void> {
    await page.waitForURL('**/signup**')
    await page.getByLabel('Nom du compte').fill(name)
    await page.getByLabel('Nom affiché').fill(shown)
    await page.getByLabel('Adresse courriel', { exact: true }).fill(email)
    await page.getByLabel('Mot de passe', { exact: true }).fill(PASSWORD)
    await page.getByLabel('Pourquoi vous aimeriez un compte').fill(reason)
    await page.click('main .button-brass')
    await expect.poll(() => page.locator('main h1').innerText()).toBe('Encore une chose')
    await visit(page, kiosque.url + (await letters.link(email)))
    await page.getByRole('button', { name: 'C’est mon adresse' }).click()
    await good(page)
  }
  async function letIn(name: string, answer: string): Promise<void> {
    await visit(camille, `${kiosque.url}/admin/registrations`)
    const request = camille.locator('li', { hasText: `@${name}` })
    await request.locator('textarea').fill(answer)
    await request.getByRole('button', { name: /Créer le compte/ }).click()
    await good(camille)
  }

  test('the administrator chooses name, mail server, who may come and what stands on the first page, in the browser', async () => {
    const part = (name: string) => visit(camille, `${kiosque.url}/admin/settings?part=${name}`)
    await part('instance')
    await camille.getByLabel('Nom du kiosque').fill('La Fanfare des Deux-Ponts')
    await keep()
    await part('mail')
    await camille.getByLabel('Nom du serveur').fill('127.0.0.1')
    await camille.getByLabel(/^Aucun/).check()
    await camille.getByLabel('Port', { exact: true }).fill(port)
    await camille.getByLabel('Expéditeur').fill('kiosque@kiosque.example')
    await keep()
    await part('people')
    await camille.getByLabel(/Les personnes dont vous acceptez la demande/).check()
    await camille.getByLabel(/L’adresse doit être confirmée/).check()
    await keep()
    await part('home')
    await camille.getByLabel('Les mots').fill('# Entrez\n\nOn répète le **mardi**.')
    await camille.getByRole('button', { name: 'Déplacer « Les groupes », 3 sur 4' }).press('ArrowDown')
    await expect.poll(() => camille.locator('.sortable h3').allInnerTexts()).toEqual(['Mots de bienvenue', 'Une vidéo en grand', 'Nouvelles vidéos', 'Les groupes'])
    await keep()
    const config = await kiosque.api<ServerConfig>('GET', '/config')
    expect([config.instance.name, config.email.enabled, config.signup.allowed, config.signup.requiresApproval, config.homepage.enabled]).toEqual(['La Fanfare des Deux-Ponts', true, true, true, true])
    await visit(lea, kiosque.url)
    await lea.locator('main strong', { hasText: 'mardi' }).waitFor()
  })

  test('a stranger asks with a reason, proves the address and is let in with an answer', async () => {
    await visit(lea, `${kiosque.url}/sign-in`)
    await lea.getByRole('link', { name: 'Créer un compte' }).click()
    await ask(lea, 'lea', 'Léa Martin', LEA, 'Je joue du bugle.')
    await signIn(lea, 'lea', PASSWORD)
    await expect.poll(() => lea.locator('.notice-bad').innerText()).toContain('pas encore reçu de réponse')
    await letIn('lea', 'Bienvenue, à mardi.')
    expect(await letters.to(LEA)).toContain('> Bienvenue, à mardi.')
    await signIn(lea, 'lea', PASSWORD)
    await signedIn(lea)
  })

  test('a member keeps recovery codes, loses the password and the telephone, and comes back', async () => {
    await visit(lea, `${kiosque.url}/my/settings?part=security`)
    const two = lea.locator('section[aria-labelledby=two-factor]')
    await two.locator('input').first().fill(PASSWORD)
    await two.locator('.button').click()
    await two.locator('svg.qr').waitFor()
    await two.locator('summary').click()
    const key = await filled(() => two.locator('code').innerText())
    await two.locator('[autocomplete=one-time-code]').fill(code(key))
    await two.locator('.button-full').click()
    await two.locator('.codes li').nth(9).waitFor()
    codes = await filled(() => two.locator('.codes code').allInnerTexts())
    // Another telephone, which knows nothing.
    await lea.context().close()
    lea = await somebody(390)
    await visit(lea, `${kiosque.url}/sign-in`)
    await lea.getByRole('link', { name: 'J’ai oublié mon mot de passe' }).click()
    await lea.waitForURL('**/forgot-password')
    await lea.getByLabel('Adresse courriel', { exact: true }).fill(LEA)
    await lea.keyboard.press('Enter')
    await good(lea)
    await visit(lea, kiosque.url + (await letters.link(LEA)))
    await lea.getByLabel('Nouveau mot de passe').fill(NEW)
    await lea.keyboard.press('Enter')
    await good(lea)
    // The old one is of no use any more, and the new one alone does not open the door.
    await signIn(lea, 'lea', PASSWORD)
    await expect.poll(() => lea.locator('.notice-bad').innerText()).toContain('n’est pas le bon')
    await signIn(lea, 'lea', NEW)
    await lea.getByRole('button', { name: 'Je n’ai pas mon téléphone' }).click()
    await lea.getByLabel('Code de secours').waitFor()
    await expect.poll(() => lea.locator('.account-menu').count()).toBe(0)
    await lea.getByLabel('Code de secours').fill(codes[3] ?? '')
    await lea.keyboard.press('Enter')
    await signedIn(lea)
    await visit(lea, `${kiosque.url}/my/settings?part=security`)
    await lea.getByText('Il reste 9 codes.').waitFor()
  })

  test('she follows a group without joining it', async () => {
    await kiosque.api('POST', '/video-channels', { name: GROUP, displayName: 'Les cuivres', description: 'On joue le mardi.' })
    await visit(lea, `${kiosque.url}/@${GROUP}`)
    await lea.getByRole('button', { name: /^S’abonner/ }).click()
    await lea.getByRole('button', { name: /^Se désabonner/ }).waitFor()
    await expect.poll(async () => (await kiosque.api<Group>('GET', `/video-channels/${GROUP}`)).followersCount).toBe(1)
  })

  test('a second person joins a group by invitation and publishes in its name', async () => {
    await visit(camille, `${kiosque.url}/my/groups/${GROUP}/invitations`)
    const form = camille.locator('section[aria-labelledby=invite-link]')
    await form.getByRole('radio', { name: /Modération/ }).check()
    await form.getByRole('button', { name: 'Créer un lien' }).click()
    const link = await filled(() => form.getByLabel('Lien').inputValue())

    await visit(paul, link)
    await paul.getByRole('link', { name: 'Créer un compte' }).click()
    await ask(paul, 'paul', 'Paul Roy', 'paul@kiosque.example', 'Camille m’a invité.')
    await letIn('paul', 'Te voilà.')
    await signIn(paul, 'paul', PASSWORD)
    await signedIn(paul)
    await visit(paul, link)
    await paul.getByRole('button', { name: 'Rejoindre le groupe' }).click()
    await paul.waitForURL(`${kiosque.url}/@${GROUP}`)

    const clip = join(folder, 'La_marche.mp4')
    writeFileSync(clip, makeClip({ seconds: 6, rate: 20_000 }))
    await visit(paul, `${kiosque.url}/upload`)
    // Some seconds, in which the group is chosen.
    const session = await paul.context().newCDPSession(paul)
    await session.send('Network.emulateNetworkConditions', { offline: false, latency: 5, downloadThroughput: -1, uploadThroughput: 2_000_000 })
    await paul.setInputFiles('.drop input', clip)
    await paul.locator('.file', { hasText: 'La_marche.mp4' }).getByLabel('Groupe', { exact: true }).selectOption({ label: 'Les cuivres' })
    const sent = async () => (await kiosque.api<List<MyVideo>>('GET', '/users/me/videos')).data.find((one) => one.name === 'La marche' && one.channel.name === GROUP)
    await expect.poll(sent, { timeout: 60_000 }).toBeTruthy()
    const film = await sent()
    await kiosque.until(film?.uuid ?? '', (progress) => progress.stage === 'ready')
    await kiosque.api('PUT', `/videos/${film?.uuid}`, { privacy: 1 })
    const shown = (await kiosque.api<List<VideoItem>>('GET', `/video-channels/${GROUP}/videos`)).data[0]
    expect([shown?.account.name, shown?.channel.name, shown?.name]).toEqual(['paul', GROUP, 'La marche'])
  })

  test('a member finds the film where the group is followed, on the first page, and from the first letters of a word', async () => {
    await visit(lea, `${kiosque.url}/my/subscriptions`)
    await lea.locator('main h3', { hasText: 'La marche' }).waitFor()
    await visit(lea, kiosque.url)
    await lea.locator('main h2', { hasText: 'La marche' }).waitFor()
    await visit(camille, `${kiosque.url}/groups`)
    await camille.locator('.roof-search input').pressSequentially('marc')
    await camille.locator('[role=option]', { hasText: 'La marche' }).waitFor()
    await camille.keyboard.press('ArrowDown')
    await camille.keyboard.press('Enter')
    await expect.poll(() => camille.locator('main h1').innerText()).toBe('La marche')
  })

  test('she says something about it, and is answered', async () => {
    await visit(lea, `${kiosque.url}/my/subscriptions`)
    await lea.locator('main h3 a', { hasText: 'La marche' }).click()
    await lea.getByLabel('Votre commentaire').fill('On y sera, @paul.')
    await lea.getByRole('button', { name: 'Publier' }).click()
    const said = (page: Page, text: string) => page.locator('article.comment', { hasText: text }).last()
    await said(lea, 'On y sera').waitFor()
    await visit(paul, new URL(lea.url()).href)
    await said(paul, 'On y sera').getByRole('button', { name: 'Répondre' }).click()
    await paul.getByLabel('Votre réponse à Léa Martin').fill('À mardi.')
    await paul.keyboard.press('Control+Enter')
    await said(paul, 'À mardi').waitFor()
    await reload(lea)
    await lea.getByRole('button', { name: 'Voir 1 réponse' }).click()
    await said(lea, 'À mardi').waitFor()
  })

  test('what she says goes too far: she is reported, warned, muted, and heard again', async () => {
    const said = (page: Page, text: string) => page.locator('article.comment', { hasText: text }).last()
    const film = new URL(lea.url())
    film.hash = ''
    await visit(lea, film.href)
    await lea.getByLabel('Votre commentaire').fill('Vous jouez comme des casseroles.')
    await lea.getByRole('button', { name: 'Publier' }).click()
    await said(lea, 'casseroles').waitFor()
    // Paul reports it.
    await visit(paul, film.href)
    await said(paul, 'casseroles').getByRole('button', { name: 'Signaler' }).click()
    const dialog = paul.getByRole('dialog')
    await dialog.getByLabel('Haineux ou insultant').check()
    await dialog.getByLabel('Avec vos mots').fill('Ce n’est pas gentil.')
    await dialog.getByRole('button', { name: 'Envoyer le signalement' }).click()
    await dialog.getByRole('link', { name: 'Mes signalements' }).waitFor()
    // Camille warns her, about the report.
    await visit(camille, `${kiosque.url}/admin/reports`)
    await camille.getByRole('link', { name: 'Ce n’est pas gentil.' }).click()
    const act = (name: string | RegExp) => camille.getByRole('button', { name })
    await act('Avertir Léa Martin').click()
    await camille.getByLabel('Ce que Léa Martin doit lire').fill('Restons aimables, Léa.')
    await act('Envoyer l’avertissement').click()
    await good(camille)
    await camille.locator('aside', { hasText: 'Restons aimables, Léa.' }).waitFor()
    // She reads it above every page, until she says so.
    await visit(lea, kiosque.url)
    const warnings = lea.locator('aside', { hasText: 'Les modérateurs vous écrivent' })
    await warnings.getByText('Restons aimables, Léa.').waitFor()
    await warnings.getByRole('button', { name: 'J’ai lu' }).click()
    await expect.poll(() => warnings.count()).toBe(0)
    await visit(lea, `${kiosque.url}/my/reports`)
    await lea.getByText('Restons aimables, Léa.').waitFor()
    // It goes on: nobody hears her any more, and she knows.
    await act('Masquer Léa Martin pour tout le monde').click()
    await act('Masquer pour tout le monde').last().click()
    await camille.getByText('Plus personne ne voit ce que Léa Martin dit').waitFor()
    await visit(paul, film.href)
    await paul.getByText('Personne n’a encore rien dit').waitFor()
    await expect.poll(() => paul.getByText('casseroles').count()).toBe(0)
    await visit(lea, film.href)
    await lea.getByText('n’est plus montré aux autres').waitFor()
    await said(lea, 'casseroles').waitFor()
    await lea.getByRole('button', { name: 'J’ai lu' }).click()
    // And heard again, when she has said sorry.
    await visit(camille, `${kiosque.url}/admin/mutes`)
    await camille.getByRole('button', { name: /Ne plus masquer/ }).click()
    await good(camille)
    await reload(paul)
    await said(paul, 'casseroles').waitFor()
    await visit(lea, kiosque.url)
    await lea.getByText('de nouveau montré à tout le monde').waitFor()
    // Paul alone does not want to hear her.
    await said(paul, 'casseroles').getByRole('button', { name: 'Masquer' }).click()
    await paul.getByRole('dialog').getByRole('button', { name: 'Masquer' }).click()
    await expect.poll(() => paul.getByText('casseroles').count()).toBe(0)
    await visit(paul, `${kiosque.url}/my/mutes`)
    await paul.getByRole('link', { name: 'Léa Martin' }).waitFor()
    await visit(camille, film.href)
    await said(camille, 'casseroles').waitFor()
    expect(faults.flat()).toEqual([])
  })
})
