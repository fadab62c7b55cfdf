import { readFileSync, readdirSync } from 'node:fs'
import { expect, test } from 'vitest'

const files = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.(css|svelte)$/.test(name))
  .map((name) => {
    const text = readFileSync(`src/${name}`, 'utf8')
    const css = name.endsWith('.css') ? text : [...text.matchAll(/<style>([\s\S]*?)<\/style>/g)].map((found) => found[1]).join('\n')
    return { name, text, css: css.replace(/\/\*[\s\S]*?\*\//g, '') }
  })

test('colours are roles: none is written outside tokens.css, paper excepted', () => {
  for (const { name, css } of files) {
    if (name === 'styles/tokens.css' || name === 'styles/modes.css') continue
    expect(css.match(/#[0-9a-f]{3,8}\b|\b(rgb|hsl|oklch)a?\(/gi) ?? [], name).toEqual([])
  }
})

test('directions are logical', () => {
  const physical = /(?:^|[;{\s])(?:margin|padding|border)-(?:left|right)\b|(?:^|[;{\s])(?:left|right)\s*:|text-align:\s*(?:left|right)|float:\s*(?:left|right)/
  for (const { name, css } of files) expect(css.split('\n').filter((line) => physical.test(line)), name).toEqual([])
})

test('nothing moves by itself', () => {
  for (const { name, css } of files) expect(css.match(/@keyframes|animation:(?!\s*none)/g) ?? [], name).toEqual([])
})
