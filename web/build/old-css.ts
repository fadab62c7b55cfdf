import type { AcceptedPlugin, Declaration, Rule } from 'postcss'

/** Shorthands of two sides whose sides are known much longer than they are (Chrome 69 to 87, Safari 12.1 to 14.1). */
const PAIRS = new Set(['margin-inline', 'margin-block', 'padding-inline', 'padding-block', 'border-inline', 'border-block'])
/** Where a thing stands, along the lines of writing: always down the page, to the left or right as one reads. */
const BLOCK: Record<string, string> = { 'inset-block-start': 'top', 'inset-block-end': 'bottom' }
const INLINE: Record<string, [string, string]> = {
  'inset-inline-start': ['left', 'right'],
  'inset-inline-end': ['right', 'left'],
  'border-start-start-radius': ['border-top-left-radius', 'border-top-right-radius'],
  'border-start-end-radius': ['border-top-right-radius', 'border-top-left-radius'],
  'border-end-start-radius': ['border-bottom-left-radius', 'border-bottom-right-radius'],
  'border-end-end-radius': ['border-bottom-right-radius', 'border-bottom-left-radius'],
}

/** The parts of a value, cut at spaces outside of brackets. */
export function parts(value: string): string[] {
  const found: string[] = ['']
  let depth = 0
  for (const char of value.trim()) {
    if (char === '(') depth += 1
    if (char === ')') depth -= 1
    if (/\s/.test(char) && depth === 0) found.push('')
    else found[found.length - 1] += char
  }
  return found.filter(Boolean)
}

/** A declaration as physical sides of a page read from the left; `mirrored` where reading from the right changes it. */
export function physical(prop: string, value: string): { ltr: [string, string][]; rtl: [string, string][] } | null {
  const [first = value, second = first, third = first, fourth = second] = parts(value)
  if (prop === 'inset') return { ltr: [['top', first], ['right', second], ['bottom', third], ['left', fourth]], rtl: [] }
  if (prop === 'inset-block') return { ltr: [['top', first], ['bottom', second]], rtl: [] }
  if (prop === 'inset-inline') return { ltr: [['left', first], ['right', second]], rtl: [['right', first], ['left', second]] }
  if (prop in BLOCK) return { ltr: [[BLOCK[prop] as string, value]], rtl: [] }
  if (prop === 'float' && /^inline-/.test(value)) {
    const start = value === 'inline-start'
    return { ltr: [['float', start ? 'left' : 'right']], rtl: [['float', start ? 'right' : 'left']] }
  }
  const sides = INLINE[prop]
  if (!sides) return null
  // Put at its start, a thing is free at its end: the other direction must take the first one's word back.
  const undo: [string, string][] = prop.startsWith('inset') ? [[sides[0], 'auto']] : []
  return { ltr: [[sides[0], value]], rtl: [...undo, [sides[1], value]] }
}

/**
 * The style sheet in words that browsers of 2020 know, without a second one for them: docs/decisions/0014. The sources stay
 * logical; what depends on the direction of reading gets a twin under `[dir="rtl"]`.
 */
export function oldCss(): AcceptedPlugin {
  return {
    postcssPlugin: 'old-css',
    Once(root) {
      // Within a component Svelte would scope the page's direction too.
      const right = root.source?.input.file?.includes('.svelte') ? ':global([dir="rtl"])' : '[dir="rtl"]'
      root.walkRules((rule) => {
        // Svelte's scoping weighs nothing in `:where`, which drops the rule in browsers that do not know it.
        rule.selector = rule.selector.replace(/:where\((\.svelte-[\w-]+)\)/g, '$1')
        const mirrored: Declaration[] = []
        for (const node of [...rule.nodes]) {
          if (node.type !== 'decl') continue
          if (PAIRS.has(node.prop)) {
            const border = node.prop.startsWith('border')
            const [start = '', end = start] = border ? [node.value] : parts(node.value)
            node.cloneBefore({ prop: `${node.prop}-start`, value: start })
            node.cloneBefore({ prop: `${node.prop}-end`, value: end })
            node.remove()
            continue
          }
          if (node.prop === 'appearance') node.cloneBefore({ prop: '-webkit-appearance' })
          const sides = physical(node.prop, node.value)
          if (!sides) continue
          for (const [prop, value] of sides.ltr) node.cloneBefore({ prop, value })
          for (const [prop, value] of sides.rtl) mirrored.push(node.clone({ prop, value }))
          node.remove()
        }
        if (mirrored.length > 0) twin(rule, right, mirrored)
      })
    },
  }
}

/** The same rule for pages read from the right. */
function twin(rule: Rule, right: string, declarations: Declaration[]): void {
  const selector = rule.selectors.map((one) => (one.startsWith(':root') || one.startsWith('[dir') ? one : `${right} ${one}`)).join(', ')
  const other = rule.clone({ selector, nodes: [] })
  other.append(declarations)
  rule.after(other)
}
