import { existsSync, readFileSync, statSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'

interface Chunk {
  file: string
  imports?: string[]
  css?: string[]
}

/** Compressed bytes of a file as the server sends it. */
function sent(file: string): number {
  const br = `dist/${file}.br`
  return existsSync(br) ? statSync(br).size : gzipSync(readFileSync(`dist/${file}`)).length
}

/** All files that a first visit to `page` fetches, in the larger language. */
function firstView(page: string): Map<string, number> {
  const manifest = JSON.parse(readFileSync('dist/.vite/manifest.json', 'utf8')) as Record<string, Chunk>
  const files = new Set(['index.html', 'theme.js', 'favicon.svg'])
  const add = (name: string) => {
    const chunk = manifest[name]
    if (!chunk) throw new Error(`${name} is not in the build`)
    if (files.has(chunk.file)) return
    files.add(chunk.file)
    chunk.css?.forEach((file) => files.add(file))
    chunk.imports?.forEach(add)
  }
  for (const name of ['index.html', `src/pages/${page}/Page.svelte`, 'src/i18n/fr.ts']) add(name)
  for (const found of readFileSync('dist/index.html', 'utf8').matchAll(/href="\/(assets\/[^"]+)"/g)) files.add(found[1] as string)
  return new Map([...files].map((file) => [file, sent(file)]))
}

test.each(['home', 'group', 'videos', 'search', 'sign-in'])('the first view of %s is at most 60 kB', (page) => {
  const files = firstView(page)
  const total = [...files.values()].reduce((sum, size) => sum + size, 0)
  expect([...files.keys()].some((file) => file.endsWith('.css'))).toBe(true)
  expect(total, JSON.stringify([...files])).toBeLessThanOrEqual(60_000)
})

test('the shell has its markers and no inline script', () => {
  const html = readFileSync('dist/index.html', 'utf8')
  expect(html).toContain('<html lang="en" dir="ltr">')
  expect(html.match(/<!--head-->/g)).toHaveLength(1)
  expect(html.match(/<div id="app"><!--core--><\/div>/g)).toHaveLength(1)
  for (const [script] of html.matchAll(/<script[^>]*>[^<]*/g)) expect(script).toMatch(/^<script[^>]* src="[^"]+"[^>]*>$/)
})
