import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { filled, launch, open as openPage, visit } from './browser'
import { makeClip } from './clip'
import { Kiosque } from './kiosque'

describe('people talk below a film, on the real server', () => {
  const kiosque = new Kiosque()
  let browser: Browser
  let owner: Page
  let lea: Page
  let film: string
  let faults: string[]

  beforeAll(async () => {
    await kiosque.start()
    await kiosque.claim()
    film = await kiosque.upload(makeClip({ seconds: 2 }), 'bal.mp4')
    await kiosque.until(film, (progress) => progress.playable)
    browser = await launch()
    const first = await openPage(browser)
    owner = first.page
    faults = first.faults
    await kiosque.signIn(owner)
    const second = await openPage(browser, { viewport: { width: 390, height: 800 } })
    lea = second.page
    await kiosque.signIn(lea, await kiosque.member('lea'))
  })
  afterAll(async () => {
    await browser.close()
    await kiosque.stop()
  })

  const page = () => `${kiosque.url}/w/${film}`
  const comment = (of: Page, text: string) => of.locator('article.comment', { hasText: text }).last()
  const texts = (of: Page) => of.locator('.comments > article.comment .prose').allInnerTexts()
  async function discussed(of: Page, address = page()): Promise<void> {
    await visit(of, address)
    await of.waitForSelector('section.comments h2')
    await of.waitForSelector('section.comments [role=status]', { state: 'detached' })
  }

  test('a stranger reads and is shown the way in', async () => {
    const { page: stranger } = await openPage(browser)
    await discussed(stranger)
    await expect.poll(() => stranger.locator('section.comments').innerText()).toContain('Personne n’a encore rien dit')
    await expect.poll(() => stranger.getByRole('link', { name: 'Se connecter pour commenter' }).getAttribute('href')).toContain('/sign-in?next=')
    await stranger.context().close()
  })

  test('a comment, an answer, another answer; the figure follows', async () => {
    await discussed(lea)
    await lea.getByRole('button', { name: 'Publier' }).click()
    await expect.poll(() => lea.locator('section.comments .field-error').innerText()).toContain('Écrivez d’abord')
    await lea.getByLabel('Votre commentaire').fill('Beau **bal**, @camille, surtout à 0:01.')
    await lea.keyboard.press('Control+Enter')
    await comment(lea, 'Beau bal').waitFor()
    await expect.poll(() => lea.locator('section.comments h2').innerText()).toBe('1 commentaire')
    await expect.poll(() => lea.getByLabel('Votre commentaire').inputValue()).toBe('')
    await expect.poll(() => comment(lea, 'Beau bal').locator('.prose a').allInnerTexts()).toEqual(['@camille', '0:01'])

    await discussed(owner)
    await comment(owner, 'Beau bal').getByRole('button', { name: 'Répondre' }).click()
    await owner.getByLabel('Votre réponse à lea').fill('Merci beaucoup.')
    await owner.keyboard.press('Control+Enter')
    await comment(owner, 'Merci beaucoup').waitFor()
    // The focus is on what was said.
    await expect.poll(() => owner.evaluate(() => document.activeElement?.textContent)).toContain('Merci beaucoup')
    await expect.poll(() => comment(owner, 'Merci beaucoup').innerText()).toContain('Auteur de la vidéo')

    await discussed(lea)
    await lea.getByRole('button', { name: 'Voir 1 réponse' }).click()
    await comment(lea, 'Merci beaucoup').getByRole('button', { name: 'Répondre' }).click()
    await lea.getByLabel('Votre réponse à camille').fill('De rien.')
    await lea.keyboard.press('Control+Enter')
    await comment(lea, 'De rien').waitFor()
    await expect.poll(() => lea.locator('section.comments h2').innerText()).toBe('3 commentaires')
  })

  test('a text can be changed, and a link leads to one comment', async () => {
    await comment(lea, 'De rien').getByRole('button', { name: 'Modifier' }).click()
    await lea.locator('article textarea').fill('À la prochaine.')
    await lea.locator('article').getByRole('button', { name: 'Enregistrer' }).last().click()
    await comment(lea, 'À la prochaine').waitFor()
    await expect.poll(() => comment(lea, 'À la prochaine').innerText()).toContain('modifié')
    const address = await filled(() => comment(lea, 'À la prochaine').locator('.comment-when').first().getAttribute('href').then(String))
    const { page: stranger } = await openPage(browser)
    await discussed(stranger, page() + address)
    await comment(stranger, 'À la prochaine').waitFor()
    await expect.poll(() => stranger.evaluate(() => document.activeElement?.id)).toBe(address.slice(1))
    await expect.poll(() => comment(stranger, 'À la prochaine').evaluate((node) => node.getBoundingClientRect().top < innerHeight)).toBe(true)
    await stranger.context().close()
  })

  test('without scripts the page has the comments', async () => {
    const { page: bare } = await openPage(browser, { javaScriptEnabled: false })
    await bare.goto(page())
    await expect.poll(() => bare.locator('section.comments').innerText()).toContain('3 commentaires')
    await expect.poll(() => bare.locator('article.comment').count()).toBe(3)
    await bare.context().close()
  })

  test('pinned above the others, sorted, removed', async () => {
    for (const text of ['Deuxième', 'Troisième']) {
      await lea.getByLabel('Votre commentaire').fill(text)
      await lea.keyboard.press('Control+Enter')
      await comment(lea, text).waitFor()
    }
    await expect.poll(async () => (await texts(lea))[0]).toBe('Troisième')
    await discussed(owner)
    await comment(owner, 'Deuxième').getByRole('button', { name: 'Épingler' }).click()
    await expect.poll(async () => (await texts(owner))[0]).toBe('Deuxième')
    await owner.getByLabel('Dans quel ordre').selectOption('busiest')
    await expect.poll(async () => (await texts(owner))[1]).toContain('Beau bal')
    await comment(owner, 'Troisième').getByRole('button', { name: 'Retirer' }).click()
    await owner.locator('dialog .button-danger').click()
    await comment(owner, 'Troisième').waitFor({ state: 'detached' })
    // What is answered leaves its place.
    await discussed(lea)
    await comment(lea, 'Beau bal').getByRole('button', { name: 'Retirer' }).click()
    await lea.locator('dialog .button-danger').click()
    await lea.getByText('Ce commentaire a été retiré.').waitFor()
  })

  test('what waits is seen by its author, read and accepted by the group', async () => {
    await visit(owner, `${kiosque.url}/videos/edit/${film}`)
    await owner.getByLabel('Visibles après votre accord').check()
    await owner.click('main .button-brass')
    await owner.waitForSelector('main .notice-good')
    await discussed(lea)
    await expect.poll(() => lea.locator('section.comments .field-hint').first().innerText()).toContain('quand le groupe aura donné son accord')
    await lea.getByLabel('Votre commentaire').fill('Je patiente')
    await lea.keyboard.press('Control+Enter')
    await comment(lea, 'Je patiente').waitFor()
    await expect.poll(() => comment(lea, 'Je patiente').innerText()).toContain('Attend l’accord du groupe')
    await visit(owner, `${kiosque.url}/my/videos`)
    await owner.getByRole('link', { name: 'Les lire' }).click()
    await owner.waitForURL('**/my/comments?which=waiting')
    await owner.getByLabel('Choisir le commentaire de lea').check()
    await owner.getByRole('button', { name: 'Accepter' }).click()
    await owner.locator('.notice-good').waitFor()
    await expect.poll(() => owner.locator('main').innerText()).toContain('Rien ne vous attend')
    const { page: stranger } = await openPage(browser)
    await discussed(stranger)
    await comment(stranger, 'Je patiente').waitFor()
    await stranger.context().close()
  })

  test('the administration finds comments and removes all of an account', async () => {
    await visit(owner, `${kiosque.url}/admin/comments?author=lea`)
    await expect.poll(() => owner.locator('tbody tr').count()).toBe(3)
    await owner.getByLabel('Mots du commentaire').fill('patiente')
    await owner.keyboard.press('Enter')
    await expect.poll(() => owner.locator('tbody tr').count()).toBe(1)
    await owner.getByRole('button', { name: 'Retirer tous ceux de lea' }).click()
    await owner.locator('dialog .button-danger').click()
    await owner.locator('.notice-good').waitFor()
    await visit(owner, `${kiosque.url}/admin/comments`)
    await expect.poll(() => owner.locator('tbody tr').count()).toBe(1)
    expect(faults).toEqual([])
  })

  test('a film without comments says so', async () => {
    await visit(owner, `${kiosque.url}/videos/edit/${film}`)
    await owner.getByLabel('Fermés', { exact: true }).check()
    await owner.click('main .button-brass')
    await owner.waitForSelector('main .notice-good')
    await visit(lea, page())
    await lea.getByText('Les commentaires sont fermés pour cette vidéo.').waitFor()
    await expect.poll(() => lea.getByLabel('Votre commentaire').count()).toBe(0)
  })
})
