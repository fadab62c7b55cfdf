import postcss from 'postcss'
import { expect, test } from 'vitest'
import { oldCss, parts, physical } from './old-css'

const built = (css: string) => postcss([oldCss()]).process(css, { from: undefined }).css.replace(/\s+/g, ' ').trim()

test('values are cut at spaces outside of brackets', () => {
  expect(parts('auto calc(100% + 2.2rem)')).toEqual(['auto', 'calc(100% + 2.2rem)'])
})

test('sides along the text have a twin for pages read from the right', () => {
  expect(physical('inset-inline', '0 auto')).toEqual({ ltr: [['left', '0'], ['right', 'auto']], rtl: [['right', '0'], ['left', 'auto']] })
  expect(built('.a, .b { inset-inline-start: 1px; color: red }')).toBe('.a, .b { left: 1px; color: red }[dir="rtl"] .a, [dir="rtl"] .b { left: auto; right: 1px }')
  expect(built('.a { inset: 0 }')).toBe('.a { top: 0; right: 0; bottom: 0; left: 0 }')
  expect(built('.a { border-start-end-radius: 4px }')).toBe('.a { border-top-right-radius: 4px }[dir="rtl"] .a { border-top-left-radius: 4px }')
})

test('pairs become their sides, Svelte’s scope a class', () => {
  expect(built('.a { margin-inline: 0 auto; border-block: 3px solid red }')).toBe(
    '.a { margin-inline-start: 0; margin-inline-end: auto; border-block-start: 3px solid red; border-block-end: 3px solid red }',
  )
  expect(built('.a.svelte-1x b:where(.svelte-1x) { color: red }')).toBe('.a.svelte-1x b.svelte-1x { color: red }')
})
