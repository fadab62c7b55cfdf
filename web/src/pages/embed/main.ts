/** The player alone, in a frame of another page. It shares the film's code with the watch page, and nothing of the shell. */

import '../../old'
import { mount } from 'svelte'
import { closest, setLanguage } from '../../i18n/index.svelte'
import { loadInstance } from '../../state/instance.svelte'
import Embed from './Embed.svelte'
import EmbedPlaylist from './EmbedPlaylist.svelte'
import { readParams } from './params'
import '../../styles/index.css'
import './embed.css'

async function main(): Promise<void> {
  const [id = ''] = location.pathname.split('/').filter(Boolean).slice(-1)
  await Promise.all([setLanguage(closest([...navigator.languages, document.documentElement.lang]) ?? 'en', 'watch'), loadInstance()])
  const app = document.getElementById('app')
  if (!app) return
  app.replaceChildren()
  const Page = location.pathname.startsWith('/video-playlists/') ? EmbedPlaylist : Embed
  mount(Page, { target: app, props: { id: decodeURIComponent(id), params: readParams(new URLSearchParams(location.search)) } })
}

void main()
