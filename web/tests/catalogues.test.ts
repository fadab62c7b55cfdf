import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { routes } from '../src/routes'

type Tree = { [key: string]: string | Tree }

function flat(tree: Tree, path = ''): [string, string][] {
  return Object.entries(tree).flatMap(([key, value]) => (typeof value === 'string' ? [[path + key, value] as [string, string]] : flat(value, `${path}${key}.`)))
}
// As translators wrote them: the build sets their typography.
const nouns = (language: string) => readdirSync(`src/i18n/${language}`).map((name) => name.replace('.json', ''))
const read = (language: string) =>
  nouns(language).flatMap((noun) => flat(JSON.parse(readFileSync(`src/i18n/${language}/${noun}.json`, 'utf8')) as Tree, `${noun}.`))
const messages = { en: read('en'), fr: read('fr') }
const params = (text: string) => [...new Set(text.match(/\{\w+\}/g) ?? [])].filter((name) => name !== '{n}').sort()

test('both languages have the same messages with the same parameters', () => {
  expect(messages.fr.map(([key]) => key).sort()).toEqual(messages.en.map(([key]) => key).sort())
  const french = new Map(messages.fr)
  for (const [key, text] of messages.en) expect({ key, params: params(french.get(key) ?? '') }).toEqual({ key, params: params(text) })
})

const PARTS = ['', '.watch', '.inside', '.admin']
/** The nouns that `fr.ts` or `fr.watch.ts` lists. */
function listed(name: string): string[] {
  const lines = readFileSync(`src/i18n/${name}.ts`, 'utf8').trimEnd().split('\n')
  return lines.map((line) => /^export { default as (\w+) } from '\.\/\w+\/\1\.json'$/.exec(line)?.[1] ?? line)
}

test('each file of messages is in one list, in both languages in the same', () => {
  for (const part of PARTS) {
    expect(listed(`en${part}`), `en${part}.ts is sorted`).toEqual([...listed(`en${part}`)].sort())
    expect(listed(`fr${part}`)).toEqual(listed(`en${part}`))
  }
  for (const language of ['en', 'fr']) expect(PARTS.flatMap((part) => listed(language + part)).sort()).toEqual(nouns(language).sort())
})

/** All sources that a file brings with it, now or when they are needed. */
function brought(file: string, known = new Set<string>()): Set<string> {
  if (known.has(file)) return known
  known.add(file)
  for (const [, name = ''] of readFileSync(file, 'utf8').matchAll(/(?:from|import)\s*\(?\s*'(\.[^']+)'/g)) {
    const path = join(dirname(file), name)
    const found = [path, `${path}.ts`, `${path}.svelte.ts`].find((one) => /\.(ts|svelte)$/.test(one) && existsSync(one))
    // The list of pages brings all pages, each with its own messages.
    if (found && found !== 'src/routes.ts') brought(found, known)
  }
  return known
}

const pages = [...readFileSync('src/routes.ts', 'utf8').matchAll(/import\('\.\/(pages\/[\w-]+\/Page\.svelte)'\)/g)].map(([, page]) => `src/${page}`)
const starts: [string, string[]][] = [
  ['src/main.ts', []],
  ['src/pages/embed/main.ts', []],
  ['src/pages/not-found/Page.svelte', []],
  ...routes.map(({ texts }, at): [string, string[]] => [pages[at] ?? '', texts ?? []]),
]

test.each(starts)('%s fetches the messages that it shows', (start, texts) => {
  const sources = [...brought(start)].filter((file) => !file.startsWith('src/i18n/') && !file.startsWith('src/api/')).map((file) => readFileSync(file, 'utf8'))
  const opened = sources.flatMap((source) => [...source.matchAll(/(?:openTexts|setLanguage)\(.*?'(\w+)'\)/g)].map(([, part]) => part))
  const known = new Set(['', ...[...texts, ...opened].map((part) => `.${part}`)].flatMap((part) => (PARTS.includes(part) ? listed(`en${part}`) : [])))
  const all = new Set(nouns('en'))
  const shown = sources.flatMap((source) => [...source.matchAll(/['`](\w+)\.[\w$]/g)].flatMap(([, noun]) => (noun && all.has(noun) ? [noun] : [])))
  expect([...new Set(shown)].filter((noun) => !known.has(noun))).toEqual([])
})

test('French says vous, and its signs are typed plainly', () => {
  for (const [key, text] of messages.fr) {
    expect(text, key).not.toMatch(/(?<!\p{L})(tu|ton|tes|instance|upload|token|404)(?!\p{L})|[·’\u00a0\u202f]|Oups/iu)
    expect(text, key).not.toBe('')
  }
})

test('every message is used', () => {
  const sources = readdirSync('src', { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(svelte|ts)$/.test(name))
    .map((name) => readFileSync(`src/${name}`, 'utf8'))
    .join('\n')
  const plural = new Set(['one', 'other', 'many'])
  const unused = messages.en.filter(([path]) => {
    if (sources.includes(`'${path}'`)) return false
    const parts = path.split('.')
    if (plural.has(parts.at(-1) ?? '')) parts.pop()
    // `privacy.${id}` uses every message below `privacy.`
    return !sources.includes(`'${parts.join('.')}'`) && !parts.some((_, at) => at > 0 && sources.includes(`\`${parts.slice(0, at).join('.')}.$`))
  })
  expect(unused.map(([key]) => key)).toEqual([])
})

test('what the doctor finds has its words', () => {
  const doctor = readFileSync('../src/doctor.rs', 'utf8')
  const known = new Set(messages.en.map(([path]) => path))
  const named = [...doctor.matchAll(/Finding::new\(\s*"([\w-]+)",\s*"([\w-]+)"/g), ...[...doctor.matchAll(/\bfound\("([\w-]+)"/g)].map(([all, code]) => [all, 'public-url', code])]
  expect(named.length).toBeGreaterThan(20)
  for (const [, id, code] of named) expect(known, `finding.${id}.${code}`).toContain(`finding.${id}.${code}.is`)
  for (const path of known) {
    const [, id, code] = /^finding\.([\w-]+)\.([\w-]+)\.is$/.exec(path) ?? []
    if (id && code) expect(doctor.includes(`"${id}"`) && doctor.includes(`"${code}"`), path).toBe(true)
  }
})
