import type { Plugin } from 'vite'
import { english, french, type Catalogue, type Message } from './typography.ts'

const RULES: Record<string, (text: string) => string> = { en: english, fr: french }

/** Sets the typography of `src/i18n/fr/*.json` when they are built, so that translators type plain text. */
export function catalogues(): Plugin {
  return {
    name: 'kiosque-catalogues',
    enforce: 'pre',
    transform(code, id) {
      const [, language] = /\/src\/i18n\/([a-z-]+)\/\w+\.json$/i.exec(id) ?? []
      const rule = language && RULES[language]
      return rule ? { code: JSON.stringify(each(JSON.parse(code) as Catalogue, rule)), map: null } : null
    },
  }
}

function each(tree: Catalogue, rule: (text: string) => string): Catalogue {
  return Object.fromEntries(
    Object.entries(tree).map(([key, value]): [string, Message] => [key, typeof value === 'string' ? rule(value) : each(value, rule)]),
  )
}
