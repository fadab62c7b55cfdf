import { readFileSync } from 'node:fs'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { List, User } from '../src/api/types'
import { filled, launch, open as openPage, reload, visit } from './browser'
import { Kiosque } from './kiosque'
import { Letters } from './letters'
import { code } from './totp'

const PASSWORD = 'une longue marche'
const NEW = 'une autre longue soirée'
const EMAIL = 'lea@kiosque.example'

describe('somebody comes, comes back, and goes, on the real server', () => {
  const letters = new Letters()
  let kiosque: Kiosque
  let browser: Browser
  let admin: Page
  let lea: Page
  let key: string
  let codes: string[]

  beforeAll(async () => {
    kiosque = new Kiosque(await letters.start())
    await kiosque.start()
    await kiosque.claim()
    browser = await launch()
    admin = (await openPage(browser)).page
    await kiosque.signIn(admin)
    lea = (await openPage(browser, { viewport: { width: 390, height: 800 } })).page
  })
  afterAll(async () => {
    await browser.close()
    await kiosque.stop()
    letters.stop()
  })

  const good = (page: Page) => page.locator('.notice-good').first().waitFor()
  const heading = (page: Page) => page.locator('main h1').innerText()
  async function signIn(password: string) {
    await visit(lea, `${kiosque.url}/sign-in?next=/my/settings`)
    await lea.fill('[autocomplete=username]', 'lea')
    await lea.fill('[autocomplete=current-password]', password)
    await lea.keyboard.press('Enter')
  }
  async function signOut() {
    await lea.evaluate(() => localStorage.removeItem('kiosque.tokens'))
  }

  test('the door is closed until the administration opens it, and a test letter arrives', async () => {
    await visit(lea, `${kiosque.url}/signup`)
    await expect.poll(() => lea.locator('main .notice').innerText()).toContain('n’ouvre pas de nouveaux comptes')
    await visit(admin, `${kiosque.url}/admin`)
    await admin.getByRole('button', { name: 'M’envoyer un message d’essai' }).click()
    await admin.locator('.finding .notice-good').waitFor()
    expect(await letters.to('camille@kiosque.example')).toContain('fonctionne')
    await visit(admin, `${kiosque.url}/admin/settings?part=people`)
    await admin.getByLabel(/Les personnes dont vous acceptez la demande/).check()
    await admin.click('main .button-brass')
    await good(admin)
  })

  test('a stranger asks with a reason, proves the address and is let in', async () => {
    await visit(lea, `${kiosque.url}/sign-in`)
    await lea.getByRole('link', { name: 'Créer un compte' }).click()
    await lea.waitForURL('**/signup')
    await lea.getByLabel('Nom du compte').waitFor()
    await lea.click('main .button-brass')
    await expect.poll(() => lea.locator('.field-error').count()).toBe(4)
    await lea.getByLabel('Nom du compte').fill('lea')
    await lea.getByLabel('Nom affiché').fill('Léa Martin')
    await lea.getByLabel('Adresse courriel', { exact: true }).fill(EMAIL)
    await lea.getByLabel('Mot de passe', { exact: true }).fill(PASSWORD)
    await lea.getByLabel('Pourquoi vous aimeriez un compte').fill('Je chante dans la chorale.')
    await lea.click('main .button-brass')
    await expect.poll(() => heading(lea)).toBe('Encore une chose')
    await expect.poll(() => lea.locator('main').innerText()).toContain(EMAIL)

    await visit(lea, kiosque.url + (await letters.link(EMAIL)))
    await lea.getByRole('button', { name: 'C’est mon adresse' }).click()
    await good(lea)
    await expect.poll(() => lea.locator('.notice-good').innerText()).toContain('va maintenant lire votre demande')
    // The link opens once.
    await reload(lea)
    await lea.getByRole('button', { name: 'C’est mon adresse' }).click()
    await expect.poll(() => lea.locator('.notice-bad').innerText()).toContain('a déjà servi')
    await signIn(PASSWORD)
    await expect.poll(() => lea.locator('.notice-bad').innerText()).toContain('pas encore reçu de réponse')

    expect(await letters.link('camille@kiosque.example')).toBe('/admin/registrations')
    await visit(admin, `${kiosque.url}/admin/registrations`)
    const request = admin.locator('li', { hasText: '@lea' })
    await expect.poll(() => request.innerText()).toContain('Je chante dans la chorale.')
    await request.locator('textarea').fill('Bienvenue, à mardi.')
    await request.getByRole('button', { name: /Créer le compte/ }).click()
    await good(admin)
    expect(await letters.to(EMAIL)).toContain('> Bienvenue, à mardi.')
    await signIn(PASSWORD)
    await lea.waitForURL(`${kiosque.url}/my/settings`)
    await signOut()
  })

  test('a forgotten password is chosen anew', async () => {
    await visit(lea, `${kiosque.url}/sign-in`)
    await lea.getByRole('link', { name: 'J’ai oublié mon mot de passe' }).click()
    await lea.waitForURL('**/forgot-password')
    await lea.getByLabel('Adresse courriel', { exact: true }).fill(EMAIL)
    await lea.keyboard.press('Enter')
    await good(lea)
    await visit(lea, kiosque.url + (await letters.link(EMAIL)))
    await lea.getByLabel('Nouveau mot de passe').fill(NEW)
    await lea.keyboard.press('Enter')
    await good(lea)
    await signIn(NEW)
    await lea.waitForURL(`${kiosque.url}/my/settings`)
  })

  test('ten codes are shown once and open the door without the telephone', async () => {
    await visit(lea, `${kiosque.url}/my/settings?part=security`)
    const two = lea.locator('section[aria-labelledby=two-factor]')
    await two.locator('input').first().fill(NEW)
    await two.locator('.button').click()
    await two.locator('svg.qr').waitFor()
    await two.locator('summary').click()
    key = await filled(() => two.locator('code').innerText())
    await two.locator('[autocomplete=one-time-code]').fill(code(key))
    await two.locator('.button-full').click()
    await two.locator('.codes li').nth(9).waitFor()
    codes = await filled(() => two.locator('.codes code').allInnerTexts())
    expect(codes.length).toBe(10)
    const [download] = await Promise.all([lea.waitForEvent('download'), two.getByRole('link', { name: 'Les enregistrer' }).click()])
    const path = await download.path()
    expect(readFileSync(path, 'utf8')).toContain(codes[9])
    await signOut()

    await signIn(NEW)
    await lea.getByRole('button', { name: 'Je n’ai pas mon téléphone' }).click()
    await lea.getByLabel('Code de secours').fill('0000-0000-0000-0000')
    await lea.keyboard.press('Enter')
    await lea.locator('.notice-bad').waitFor()
    await lea.getByLabel('Code de secours').fill(codes[0] ?? '')
    await lea.keyboard.press('Enter')
    await lea.waitForURL(`${kiosque.url}/my/settings`)
    await visit(lea, `${kiosque.url}/my/settings?part=security`)
    await lea.getByText('Il reste 9 codes.').waitFor()
  })

  test('another address waits until it is proven', async () => {
    const form = lea.locator('form', { has: lea.locator('input[type=email]') })
    await form.locator('input[type=email]').fill('lea@ailleurs.example')
    await form.locator('[autocomplete=current-password]').fill(NEW)
    await form.locator('.button').click()
    await form.locator('.notice-good').waitFor()
    expect(await letters.to(EMAIL)).toContain('une autre adresse')
    await visit(lea, kiosque.url + (await letters.link('lea@ailleurs.example')))
    await lea.getByRole('button', { name: 'C’est mon adresse' }).click()
    await good(lea)
    const users = await kiosque.api<List<User>>('GET', '/users?search=lea')
    expect(users.data[0]).toMatchObject({ email: 'lea@ailleurs.example', emailVerified: true })
  })

  test('an invited person gets a link from the administration, in a letter or by hand', async () => {
    await visit(admin, `${kiosque.url}/admin/accounts`)
    await admin.locator('main details > summary').first().click()
    const form = admin.locator('main details form')
    await form.getByLabel('Nom du compte').fill('tom')
    await form.getByLabel('Adresse courriel').fill('tom@kiosque.example')
    await form.locator('.button-full').click()
    await good(admin)
    expect(await letters.link('tom@kiosque.example')).toContain('/reset-password?userId=')
    const row = admin.locator('tr', { hasText: '@tom' })
    await expect.poll(() => row.first().innerText()).toContain('Invité')
    await row.first().getByRole('button').click()
    await admin.getByRole('button', { name: /Créer un lien pour un nouveau mot de passe/ }).click()
    const link = await filled(() => admin.getByLabel('Lien à transmettre').inputValue())
    const { page: tom } = await openPage(browser)
    await visit(tom, link)
    await tom.getByLabel('Nouveau mot de passe').fill(PASSWORD)
    await tom.keyboard.press('Enter')
    await good(tom)
    await tom.context().close()
  })

  test('who leaves is told what goes, and is gone', async () => {
    await visit(lea, `${kiosque.url}/my/settings?part=security`)
    const fold = lea.locator('details', { hasText: 'Supprimer mon compte' })
    await fold.locator('summary').click()
    await fold.locator('li').first().waitFor()
    await expect.poll(() => fold.locator('li').first().innerText()).toContain('personne d’autre ne s’en occupe')
    await fold.locator('input').first().fill('pas le bon')
    await fold.getByRole('button').click()
    await lea.click('dialog .button-danger')
    await lea.locator('dialog .field-error').waitFor()
    await lea.locator('dialog .button').last().click()
    await fold.locator('input').first().fill(NEW)
    await fold.getByRole('button').click()
    await lea.click('dialog .button-danger')
    await lea.waitForURL(`${kiosque.url}/`)
    await signIn(NEW)
    await expect.poll(() => lea.locator('.notice-bad').innerText()).toContain('n’est pas le bon')
  })
})
