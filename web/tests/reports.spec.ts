import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { List, StaffReport } from '../src/api/types'
import { launch, open as openPage, visit } from './browser'
import { makeClip } from './clip'
import { Kiosque } from './kiosque'

describe('keeping order, on the real server', () => {
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
  const reports = () => kiosque.api<List<StaffReport>>('GET', '/abuses')

  test('a member reports a film from a moment on, and finds the report again', async () => {
    await visit(lea, `${kiosque.url}/w/${film}`)
    await lea.getByRole('button', { name: 'Signaler', exact: true }).click()
    const dialog = lea.getByRole('dialog')
    await dialog.waitFor()
    await dialog.getByRole('button', { name: 'Envoyer le signalement' }).click()
    await dialog.getByText('Quelques mots').waitFor()
    await dialog.getByLabel('Droits d’auteur').check()
    await dialog.getByLabel('De', { exact: true }).fill('soon')
    await dialog.getByLabel('Avec vos mots').fill('Le son fait mal')
    await dialog.getByRole('button', { name: 'Envoyer le signalement' }).click()
    await dialog.getByText('Des temps comme 1:05').waitFor()
    await dialog.getByLabel('De', { exact: true }).fill('0:01')
    await dialog.getByRole('button', { name: 'Envoyer le signalement' }).click()
    await dialog.getByRole('link', { name: 'Mes signalements' }).click()
    await lea.getByRole('heading', { level: 1, name: 'Mes signalements' }).waitFor()
    await lea.getByText('Le son fait mal').waitFor()
    await expect.poll(async () => (await reports()).data[0]).toMatchObject({ predefinedReasons: ['rights'], video: { startAt: 1, endAt: null } })
    // Once more: it is being looked at.
    await visit(lea, `${kiosque.url}/w/${film}`)
    await lea.getByRole('button', { name: 'Signaler', exact: true }).click()
    await dialog.getByLabel('Avec vos mots').fill('Encore')
    await dialog.getByRole('button', { name: 'Envoyer le signalement' }).click()
    await dialog.getByText('Vous l’avez déjà signalé').waitFor()
  })

  test('a moderator writes, hides the film with a reason, and decides', async () => {
    await visit(owner, `${kiosque.url}/admin/reports`)
    await owner.getByRole('link', { name: 'Le son fait mal' }).click()
    await owner.getByLabel('Votre message').fill('À quelle seconde ?')
    await owner.getByRole('button', { name: 'Envoyer le message' }).click()
    await owner.locator('.message', { hasText: 'À quelle seconde ?' }).waitFor()
    await owner.getByRole('button', { name: 'Cacher la vidéo' }).click()
    const dialog = owner.getByRole('dialog')
    await dialog.getByLabel('Raison').fill('Trop fort')
    await dialog.getByRole('button', { name: 'Cacher la vidéo' }).click()
    await owner.getByText('est cachée.').waitFor()
    await owner.getByLabel('Note').fill('À couper')
    await owner.getByRole('button', { name: 'Suivi d’effet' }).click()
    await owner.getByText('Noté : suivi d’effet.').waitFor()
    await expect.poll(async () => (await reports()).data[0]).toMatchObject({ state: { id: 3 }, moderationComment: 'À couper' })
    // Its group reads why; the others do not see it.
    await visit(owner, `${kiosque.url}/w/${film}`)
    await owner.getByText('Leur raison : Trop fort').waitFor()
    await expect.poll(async () => (await fetch(`${kiosque.url}/api/v1/videos/${film}`)).status).toBe(401)
  })

  test('the one who reported reads the answer and writes back', async () => {
    await visit(lea, `${kiosque.url}/my/reports`)
    await lea.getByText('Suivi d’effet').waitFor()
    await lea.getByText('1 message').click()
    await lea.locator('.message', { hasText: 'À quelle seconde ?' }).waitFor()
    await lea.getByLabel('Votre message').fill('Tout au début')
    await lea.getByRole('button', { name: 'Envoyer le message' }).click()
    await lea.locator('.message-mine', { hasText: 'Tout au début' }).waitFor()
    await lea.getByText('2 messages').waitFor()
  })

  test('the film is shown again from the list of hidden ones', async () => {
    await visit(owner, `${kiosque.url}/admin/hidden`)
    await owner.getByText('Trop fort').waitFor()
    await owner.getByRole('button', { name: /Montrer à nouveau/ }).click()
    await owner.getByText('est de nouveau montrée.').waitFor()
    await expect.poll(async () => (await fetch(`${kiosque.url}/api/v1/videos/${film}`)).status).toBe(200)
    expect(faults).toEqual([])
  })
})
