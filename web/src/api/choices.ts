import { languageName } from '../i18n/format'
import { language, tMaybe } from '../i18n/index.svelte'
import { api } from './client'

/** The values of an enumeration, in the reader's language and in its order. */
export type Choices = { id: string; label: string }[]

const asked: Record<string, Promise<Record<string, string>>> = {}

function ask(path: string): Promise<Record<string, string>> {
  asked[path] ??= api.get<Record<string, string>>(path).catch((error: unknown) => {
    delete asked[path]
    throw error
  })
  return asked[path]
}

function sorted(choices: Choices): Choices {
  return choices.sort((a, b) => a.label.localeCompare(b.label, language()))
}

export async function categories(): Promise<Choices> {
  return sorted(Object.entries(await ask('/videos/categories')).map(([id, label]) => ({ id, label: tMaybe(`category.${id}`, label) })))
}

export async function licences(): Promise<Choices> {
  return Object.entries(await ask('/videos/licences')).map(([id, label]) => ({ id, label: tMaybe(`licence.${id}`, label) }))
}

export async function privacies(): Promise<Choices> {
  return Object.entries(await ask('/videos/privacies')).map(([id, label]) => ({ id, label: tMaybe(`privacy.${id}`, label) }))
}

/** The languages a video may be in: the reader's and its neighbours first, then all by name. */
export async function languagesOfVideos(): Promise<Choices> {
  const all = Object.entries(await ask('/videos/languages')).map(([id, label]) => {
    const name = languageName(id)
    return { id, label: name === id ? label : name }
  })
  const first = new Set([language(), ...navigator.languages.map((tag) => tag.split('-')[0] ?? tag)])
  return [...sorted(all.filter((one) => first.has(one.id))), ...sorted(all.filter((one) => !first.has(one.id)))]
}
