import { setLanguage } from '../i18n/index.svelte'

export type Theme = 'system' | 'light' | 'dark'

const LANGUAGE = 'kiosque.language'
const THEME = 'kiosque.theme'

/** What this browser keeps for its reader: language and theme. */
class Preferences {
  language = $state<string | null>(read(LANGUAGE))
  theme = $state<Theme>((read(THEME) as Theme | null) ?? 'system')

  async setLanguage(tag: string): Promise<void> {
    await setLanguage(tag)
    this.language = tag
    write(LANGUAGE, tag)
  }

  setTheme(theme: Theme): void {
    this.theme = theme
    write(THEME, theme === 'system' ? null : theme)
    this.applyTheme()
  }

  /** The style sheet follows the system unless `data-theme` says otherwise. */
  applyTheme(): void {
    const root = document.documentElement
    if (this.theme === 'system') root.removeAttribute('data-theme')
    else root.dataset.theme = this.theme
  }
}

export const preferences = new Preferences()

function read(key: string): string | null {
  try {
    return localStorage.getItem(key)
  } catch {
    return null
  }
}

function write(key: string, value: string | null): void {
  try {
    if (value === null) localStorage.removeItem(key)
    else localStorage.setItem(key, value)
  } catch {
    // A browser that keeps nothing still shows the page.
  }
}
