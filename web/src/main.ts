import './old'
import { mount } from 'svelte'
import App from './App.svelte'
import { closest, setLanguage } from './i18n/index.svelte'
import { start } from './router.svelte'
import { loadInstance } from './state/instance.svelte'
import { preferences } from './state/preferences.svelte'
import { loadMe, session } from './state/session.svelte'
import './styles/index.css'

async function main(): Promise<void> {
  preferences.applyTheme()
  // What the reader chose, then the page's own language (the server's choice), then the browser's.
  const wanted = [preferences.language, document.documentElement.lang, ...navigator.languages].filter((tag) => tag !== null)
  await Promise.all([setLanguage(closest(wanted) ?? 'en'), loadInstance(), loadMe()])
  const own = session.me?.language
  if (preferences.language === null && own) await setLanguage(own)
  await start()
  const app = document.getElementById('app')
  if (!app) return
  // Made beside the page: if it cannot be made, what the server wrote stays.
  const fresh = document.createElement('div')
  fresh.className = 'client'
  mount(App, { target: fresh })
  app.replaceChildren(fresh)
}

void main()
