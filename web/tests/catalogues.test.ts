import { readFileSync, readdirSync } from 'node:fs'
import { expect, test } from 'vitest'

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

test('each file of messages is loaded once, in both languages with the same ones', () => {
  const listed = (name: string) => {
    const lines = readFileSync(`src/i18n/${name}.ts`, 'utf8').trimEnd().split('\n')
    const nouns = lines.map((line) => /^export { default as (\w+) } from '\.\/\w+\/\1\.json'$/.exec(line)?.[1] ?? line)
    expect(nouns, `${name}.ts is sorted`).toEqual([...nouns].sort())
    return nouns
  }
  for (const language of ['en', 'fr']) expect([...listed(language), ...listed(`${language}.inside`)].sort()).toEqual(nouns(language).sort())
  expect(listed('fr.inside')).toEqual(listed('en.inside'))
})

test('French says vous, and its signs are typed plainly', () => {
  for (const [key, text] of messages.fr) {
    expect(text, key).not.toMatch(/\b(tu|ton|tes|instance|upload|token|404)\b|[·’\u00a0\u202f]|Oups/i)
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
