import { expect, test } from 'vitest'
import { blocks, firstLine, inline, speaking } from './markdown'

test('paragraphs, lists and headings', () => {
  expect(blocks('One\ntwo\n\n- a\n- b\n\n# Title').map((block) => block.kind)).toEqual(['paragraph', 'list', 'heading'])
  expect(blocks('1. a\n2. b')[0]).toMatchObject({ kind: 'list', ordered: true })
})

test('strong, emphasis, links and bare addresses', () => {
  expect(inline('a **b** *c* [d](https://e.example)').map((one) => one.kind)).toEqual(['text', 'strong', 'text', 'em', 'text', 'link'])
  expect(inline('see https://e.example/a.')).toContainEqual({ kind: 'link', text: 'https://e.example/a', href: 'https://e.example/a' })
  expect(inline('snake_case_name')).toEqual([{ kind: 'text', text: 'snake_case_name' }])
})

test('a link goes to the web or stays text', () => {
  expect(inline('[x](javascript:alert(1))').some((one) => one.kind === 'link')).toBe(false)
  expect(inline('[x](//evil.example)').some((one) => one.kind === 'link')).toBe(false)
  expect(blocks('<script>alert(1)</script>')).toEqual([{ kind: 'paragraph', lines: [[{ kind: 'text', text: '<script>alert(1)</script>' }]] }])
})

test('the first line, without its marks', () => {
  expect(firstLine('Cuivres, le **jeudi**.\nEt le reste.\n\nPlus bas')).toBe('Cuivres, le jeudi.')
  expect(firstLine('- un [lien](https://a.example)\n- deux')).toBe('un lien')
  expect(firstLine('  \n')).toBe('')
})

test('those whom a text speaks to are linked, and nobody else', () => {
  const links = (text: string, people: string[]) => speaking(inline(text), people).flatMap((one) => (one.kind === 'link' ? [`${one.text} ${one.href}`] : []))
  expect(links('Merci @Anna, et @ben@loin.example. @zoe ?', ['anna', 'ben@loin.example'])).toEqual(['@Anna /a/anna', '@ben@loin.example /a/ben@loin.example'])
  expect(links('a@anna.example https://x.example/@anna `@anna`', ['anna'])).toEqual(['https://x.example/@anna https://x.example/@anna'])
  expect(speaking(inline('x @anna y'), ['anna']).map((one) => one.text)).toEqual(['x ', '@anna', ' y'])
})
