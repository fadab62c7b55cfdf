import type { Route } from './router.svelte'

/** Every page of the client, first match first; the server has the same list in its `site` room. */
export const routes: Route[] = [
  { path: '/', page: () => import('./pages/home/Page.svelte') },
  { path: '/w/p/:id', page: () => import('./pages/playlist/Page.svelte'), texts: ['watch'] },
  { path: '/videos/watch/playlist/:id', page: () => import('./pages/playlist/Page.svelte'), texts: ['watch'] },
  { path: '/w/:id', page: () => import('./pages/watch/Page.svelte'), texts: ['watch'] },
  { path: '/videos/watch/:id', page: () => import('./pages/watch/Page.svelte'), texts: ['watch'] },
  { path: '/@:name', page: () => import('./pages/group/Page.svelte') },
  { path: '/@:name/playlists', page: () => import('./pages/playlists-of/Page.svelte') },
  { path: '/c/:name/video-playlists', page: () => import('./pages/playlists-of/Page.svelte') },
  { path: '/a/:name/playlists', page: () => import('./pages/playlists-of/Page.svelte') },
  { path: '/c/:name', page: () => import('./pages/group/Page.svelte') },
  { path: '/c/:name/videos', page: () => import('./pages/group/Page.svelte') },
  { path: '/a/:name', page: () => import('./pages/account/Page.svelte') },
  { path: '/groups', page: () => import('./pages/groups/Page.svelte') },
  { path: '/videos', page: () => import('./pages/videos/Page.svelte') },
  { path: '/search', page: () => import('./pages/search/Page.svelte') },
  { path: '/about', page: () => import('./pages/about/Page.svelte') },
  { path: '/sign-in', page: () => import('./pages/sign-in/Page.svelte') },
  { path: '/login', page: () => import('./pages/sign-in/Page.svelte') },
  { path: '/signup', page: () => import('./pages/sign-up/Page.svelte'), texts: ['inside'] },
  { path: '/forgot-password', page: () => import('./pages/forgot/Page.svelte'), texts: ['inside'] },
  { path: '/reset-password', page: () => import('./pages/new-password/Page.svelte'), texts: ['inside'] },
  { path: '/verify-account/email', page: () => import('./pages/prove/Page.svelte'), texts: ['inside'] },
  { path: '/verify-account/ask-send-email', page: () => import('./pages/prove/Page.svelte'), texts: ['inside'] },
  { path: '/setup', page: () => import('./pages/setup/Page.svelte'), texts: ['inside'] },
  { path: '/upload', page: () => import('./pages/upload/Page.svelte'), texts: ['inside', 'watch'] },
  { path: '/my/videos', page: () => import('./pages/my-videos/Page.svelte'), texts: ['inside'] },
  { path: '/my/playlists', page: () => import('./pages/my-playlists/Page.svelte'), texts: ['inside'] },
  { path: '/my/playlists/:id', page: () => import('./pages/edit-playlist/Page.svelte'), texts: ['inside', 'watch'] },
  { path: '/my/settings', page: () => import('./pages/settings/Page.svelte'), texts: ['inside'] },
  { path: '/videos/edit/:id', page: () => import('./pages/edit/Page.svelte'), texts: ['inside'] },
  { path: '/admin', page: () => import('./pages/admin/Page.svelte'), texts: ['inside', 'admin'] },
  { path: '/admin/:part', page: () => import('./pages/admin/Page.svelte'), texts: ['inside', 'admin'] },
]

export const notFound: Route = { path: '', page: () => import('./pages/not-found/Page.svelte') }
