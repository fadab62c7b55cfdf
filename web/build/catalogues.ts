import type { Plugin } from 'vite'
import { english, french, type Catalogue, type Message } from './typography.ts'

const RULES: Record<string, (text: string) => string> = { en: english, fr: french }

/**
 * The messages of pages that most visitors never open: `fr.json?inside` holds these groups, `fr.json` the others,
 * so that a first view does not carry them.
 */
const INSIDE = new Set(
  'accounts addressCheck admin edit encoder finding job jobs mine people reason registrations settings setup site state trial upload'.split(' '),
)

/** Sets the typography of `src/i18n/*.json` when they are built, so that translators type plain text. */
export function catalogues(): Plugin {
  return {
    name: 'kiosque-catalogues',
    enforce: 'pre',
    transform(code, id) {
      const [, language, inside] = /\/src\/i18n\/([a-z-]+)\.json(\?inside)?$/i.exec(id) ?? []
      const rule = language && RULES[language]
      if (!rule) return null
      const groups = Object.entries(JSON.parse(code) as Catalogue).filter(([group]) => INSIDE.has(group) === (inside !== undefined))
      const messages = each(Object.fromEntries(groups), rule)
      return { code: inside ? `export default ${JSON.stringify(messages)}` : JSON.stringify(messages), map: null, moduleType: inside ? 'js' : undefined }
    },
  }
}

function each(tree: Catalogue, rule: (text: string) => string): Catalogue {
  return Object.fromEntries(
    Object.entries(tree).map(([key, value]): [string, Message] => [key, typeof value === 'string' ? rule(value) : each(value, rule)]),
  )
}
