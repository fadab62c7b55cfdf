import { parse } from 'acorn'
import { readdirSync, readFileSync } from 'node:fs'
import postcss from 'postcss'
import { expect, test } from 'vitest'

/** What was built, against browsers of 2020: docs/decisions/0014. */
const built = (ending: string) =>
  readdirSync('dist/assets')
    .filter((name) => name.endsWith(ending))
    .map((name) => ({ name, text: readFileSync(`dist/assets/${name}`, 'utf8') }))

/** The code for sharing with other viewers, which is done without where it does not run. */
const isSharing = (text: string) => text.includes('p2p-media-loader') || text.includes('bittorrent')

test('scripts are ECMAScript 2020', () => {
  const scripts = built('.js')
  expect(scripts.length).toBeGreaterThan(20)
  for (const { name, text } of scripts) expect(() => parse(text, { ecmaVersion: 2020, sourceType: 'module' }), name).not.toThrow()
})

test('scripts call nothing that came later', () => {
  const later = [
    /\.(?:findLast|findLastIndex|toSorted|toReversed|toSpliced|groupBy)\(/,
    /\bObject\.(?:hasOwn|groupBy)\(/,
    /\bPromise\.(?:any|withResolvers|try)\(/,
    /\bAbortSignal\.(?:timeout|any)\(/,
    /\b(?:WeakRef|FinalizationRegistry|CompressionStream)\b/,
    /\.(?:scheduler|startViewTransition|checkVisibility|showPopover)\b/,
    /\bIntl\.(?:Segmenter|DurationFormat)\b/,
  ]
  for (const { name, text } of built('.js')) {
    if (isSharing(text)) continue
    for (const pattern of later) expect(text.match(pattern)?.[0] ?? null, `${name}: ${pattern}`).toBe(null)
  }
})

test('style sheets say nothing that drops a rule which is needed', () => {
  const sheets = built('.css')
  expect(sheets.length).toBeGreaterThan(3)
  for (const { name, text } of sheets) {
    postcss.parse(text).walk((node) => {
      if (node.type === 'atrule') expect(['layer', 'scope', 'starting-style', 'property'], name).not.toContain(node.name)
      if (node.type === 'decl') {
        expect(node.prop, name).not.toMatch(/^(?:inset|border-(?:start|end)-(?:start|end)-radius|(?:margin|padding|border)-(?:inline|block)$)/)
        expect(node.value, name).not.toMatch(/\b(?:oklch|oklab|color-mix|light-dark)\(/)
      }
      if (node.type === 'rule') {
        // One part of a list that is not known takes the others with it.
        const young = node.selectors.map((one) => /:(?:is|where|has|focus-visible)\b/.test(one))
        expect(young.every(Boolean) || !young.some(Boolean), `${name}: ${node.selector}`).toBe(true)
        expect(node.selector, name).not.toMatch(/:(?:is|where)\(/)
      }
    })
  }
})
