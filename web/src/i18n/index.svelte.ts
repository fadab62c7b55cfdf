import type * as en from './en'
import type * as enAdmin from './en.admin'
import type * as enInside from './en.inside'
import type * as enWatch from './en.watch'

/** The name of a message: `page.message` is `message` in `en/page.json`. */
export type Key = Leaf<typeof en> | Leaf<typeof enWatch> | Leaf<typeof enInside> | Leaf<typeof enAdmin>
type Leaf<T> = {
  [K in keyof T & string]: T[K] extends string | { other: string } ? K : `${K}.${Leaf<T[K]>}`
}[keyof T & string]
export type Params = Record<string, string | number>

type Forms = Partial<Record<Intl.LDMLPluralRule, string>> & { other: string }
type Tree = { [key: string]: string | Forms | Tree }

/** Each language's messages: those of every visit, and those that only some pages need and fetch. */
const loaders = {
  en: { first: () => import('./en'), watch: () => import('./en.watch'), inside: () => import('./en.inside'), admin: () => import('./en.admin') },
  fr: { first: () => import('./fr'), watch: () => import('./fr.watch'), inside: () => import('./fr.inside'), admin: () => import('./fr.admin') },
}
type Part = keyof typeof loaders.en
/** Messages that not every visit needs: of the player and what stands around it, of one's own pages, of the administration. */
export type Texts = Exclude<Part, 'first'>

/** The languages the interface speaks, each in its own words. */
export const languages: Record<string, string> = { fr: 'Français', en: 'English' }

let tree = $state.raw<Tree>({})
let current = $state<keyof typeof loaders>('en')
/** What is there, and comes with another language too. */
const open = new Set<Part>(['first'])
let rules = new Intl.PluralRules('en')
let numbers = new Intl.NumberFormat('en')

/** The language of the interface, a BCP 47 tag. */
export function language(): keyof typeof loaders {
  return current
}

/** Loads a language's messages, `also` some beside those of every visit, and makes the document speak it. Unknown languages become English. */
export async function setLanguage(wanted: string, ...also: Texts[]): Promise<void> {
  const tag = closest([wanted]) ?? 'en'
  for (const part of also) open.add(part)
  let loaded: Tree = {}
  // A page that opens meanwhile may need more.
  for (let parts: Part[] = []; parts.length < open.size; ) loaded = await messages(tag, (parts = [...open]))
  rules = new Intl.PluralRules(tag)
  numbers = new Intl.NumberFormat(tag)
  current = tag
  tree = loaded
  if (typeof document !== 'undefined') document.documentElement.lang = tag
}

/** Loads the messages of some pages too, once. */
export async function openTexts(...parts: Texts[]): Promise<void> {
  const missing = parts.filter((part) => !open.has(part))
  if (missing.length === 0) return
  const tag = current
  const loaded = await messages(tag, missing)
  // The reader chose another language meanwhile.
  if (tag !== current) return openTexts(...parts)
  for (const part of missing) open.add(part)
  tree = { ...tree, ...loaded }
}

async function messages(tag: keyof typeof loaders, parts: Part[]): Promise<Tree> {
  return Object.assign({}, ...(await Promise.all(parts.map((part) => loaders[tag][part]())))) as Tree
}

/** The first of the wanted languages that the interface speaks. */
export function closest(wanted: readonly string[]): keyof typeof loaders | undefined {
  for (const tag of wanted) {
    const known = (Object.keys(loaders) as (keyof typeof loaders)[]).find((name) => tag === name || tag.startsWith(`${name}-`))
    if (known) return known
  }
  return undefined
}

/**
 * The message `key` in the reader's language. `{name}` is replaced by the parameter of that name; the
 * parameter `n` chooses the plural form. Numbers are written as the language writes them.
 */
export function t(key: Key, params: Params = {}): string {
  let node: string | Forms | Tree | undefined = tree
  for (const part of key.split('.')) node = typeof node === 'object' ? (node as Tree)[part] : undefined
  if (typeof node === 'object') node = (node as Forms)[rules.select(Number(params.n ?? 0))] ?? (node as Forms).other
  if (typeof node !== 'string') return key
  return node.replace(/\{(\w+)\}/g, (all, name: string) => {
    const value = params[name]
    return typeof value === 'number' ? numbers.format(value) : (value ?? all)
  })
}

/** `t` for a key made at run time (an identifier from the server), with words for when it is not known. */
export function tMaybe(key: string, otherwise: string, params: Params = {}): string {
  const text = t(key as Key, params)
  return text === key ? otherwise : text
}
