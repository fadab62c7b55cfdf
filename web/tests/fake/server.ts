import { existsSync, readFileSync, statSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join } from 'node:path'
import type { BlockOrder, MyVideo, ServerJob } from '../../src/api/types'
import { fixed } from './fixed'
import { account, captions, elements, followers, group, groupLog, held, hiddenVideos, home, invitations, item, jobs, listedComments, me, members, memberships, mine, moderationLog, mutedServers, mutes, notifications, offers, openInvitation, people, playlist, profile, registrations, replies, reportMessages, reports, requests, setup, staffVideo, threads, tokenSessions, users, video, warnings, type World } from './world'

const DIST = new URL('../../dist', import.meta.url).pathname
const KINDS: Record<string, string> = { '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml', '.png': 'image/png', '.json': 'application/json' }
/** The policy under which the real server sends pages. */
const POLICY =
  "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; media-src 'self' blob: https: http:; " +
  "connect-src 'self' https: http: wss: ws:; worker-src 'self' blob:; object-src 'none'; base-uri 'self'; form-action 'self'"

/** Hills under a sun, of another colour for each number: pictures that can be told apart. */
function drawing(number: number): string {
  const hue = (number * 67 + 190) % 360
  const [sky, far, near] = [`hsl(${hue},32%,62%)`, `hsl(${hue},30%,42%)`, `hsl(${hue},34%,24%)`]
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 9" width="640" height="360"><path fill="${sky}" d="M0 0h16v9H0z"/><circle cx="${3 + ((number * 3) % 10)}" cy="3" r="1.3" fill="#fbe3a6"/><path fill="${far}" d="M0 6q4-3 8-1t8-1v5H0z"/><path fill="${near}" d="M0 7q5-2 9 0t7-1v3H0z"/></svg>`
}

/** A kiosk that answers from memory: pages and their behaviour can be tried without the real one. */
export class FakeServer {
  world: World = { groups: 6, videos: 8, signedIn: false }
  language = 'fr'
  /** Every request that changed something, as `METHOD path`. */
  readonly changes: string[] = []
  /** Holds answers of the API back for so many milliseconds. */
  delay = 0
  private readonly server = createServer((request, response) => void this.answer(request, response))

  async start(): Promise<string> {
    await new Promise<void>((done) => this.server.listen(0, '127.0.0.1', done))
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`
  }

  stop(): void {
    this.server.closeAllConnections()
    this.server.close()
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://x')
    if (url.pathname.startsWith('/api/v1')) {
      if (this.delay > 0) await new Promise((done) => setTimeout(done, this.delay))
      return this.api(request.method ?? 'GET', url, response)
    }
    if (url.pathname.startsWith('/lazy-static/')) {
      response.writeHead(200, { 'content-type': 'image/svg+xml' })
      response.end(drawing(Number(/\d+/.exec(url.pathname)?.[0] ?? 0)))
      return
    }
    const file = join(DIST, url.pathname)
    if (url.pathname !== '/' && existsSync(file) && statSync(file).isFile()) {
      response.writeHead(200, { 'content-type': KINDS[extname(file)] ?? 'application/octet-stream' })
      response.end(readFileSync(file))
      return
    }
    const embed = /^\/(videos|video-playlists)\/embed\//.test(url.pathname) && existsSync(join(DIST, 'embed.html'))
    const shell = readFileSync(join(DIST, embed ? 'embed.html' : 'index.html'), 'utf8')
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': POLICY })
    response.end(shell.replace('lang="en"', `lang="${this.language}"`).replace('<!--core-->', '<h1>core</h1>'))
  }

  private api(method: string, url: URL, response: ServerResponse): void {
    const path = url.pathname.slice('/api/v1'.length)
    if (path.endsWith('/token')) {
      response.writeHead(200, { 'content-type': 'application/json' })
      response.end(JSON.stringify({ files: { token: 't' } }))
      return
    }
    if (method === 'PUT' || method === 'DELETE' || (method === 'POST' && !(path in fixed))) {
      this.changes.push(`${method} ${path}`)
      response.writeHead(204).end()
      return
    }
    const body = this.body(path, url)
    response.writeHead(body === undefined ? (path === '/users/me' ? 401 : 404) : 200, { 'content-type': 'application/json' })
    response.end(JSON.stringify(body ?? { detail: `Nothing at ${path}.`, code: path === '/users/me' ? 'invalid_token' : undefined }))
  }

  private body(path: string, url: URL): unknown {
    const list = (all: unknown[]) => {
      const start = Number(url.searchParams.get('start') ?? 0)
      return { total: all.length, data: all.slice(start, start + Number(url.searchParams.get('count') ?? 15)) }
    }
    const times = <T>(count: number, make: (at: number) => T) => Array.from({ length: count }, (_, at) => make(at))
    const videos = times(this.world.videos, item)
    const groups = times(this.world.groups, group)
    const [, room, id, part] = path.split('/')
    if (path in fixed) return fixed[path as keyof typeof fixed]
    if (path === '/home') return home(videos, groups, (url.searchParams.get('order') ?? 'publishedAt') as BlockOrder)
    if (path === '/setup') return setup(url.searchParams.has('token'))
    if (path === '/users/me') return this.world.signedIn ? me() : undefined
    if (path === '/users/me/videos') {
      const stage = url.searchParams.get('stage')
      const kind = (one: MyVideo) => (['ready', 'failed'].includes(one.progress?.stage ?? 'ready') ? (one.progress?.stage ?? 'ready') : 'making')
      return list(mine().filter((one) => !stage || kind(one) === stage))
    }
    if (path === '/users/me/invitations') return list(invitations())
    if (path === '/users/me/groups') return list(memberships())
    if (path === '/videos/comments' || path === '/users/me/videos/comments') return list(listedComments())
    if (path === '/moderation/log') return list(moderationLog())
    if (path === '/videos/blacklist') return list(url.searchParams.get('type') === '2' ? hiddenVideos().map((one) => ({ ...one, reason: null, type: 2 as const })) : hiddenVideos())
    if (path === '/users/me/blocklist/accounts' || path === '/server/blocklist/accounts') return list(mutes())
    if (path === '/users/me/blocklist/servers' || path === '/server/blocklist/servers') return list(mutedServers())
    if (path === '/blocklist/status') return { accounts: Object.fromEntries(url.searchParams.getAll('accounts').map((name, at) => [name, { blockedByServer: at === 0, blockedByUser: false }])), hosts: {} }
    if (path === '/moderation/warnings' || path === '/users/me/warnings') return list(warnings(path.startsWith('/moderation')))
    if (path === '/abuses' || path === '/users/me/abuses') return list(reports().filter((one) => !url.searchParams.has('id') || String(one.id) === url.searchParams.get('id')))
    if (room === 'abuses' && part === 'messages') return list(reportMessages())
    if (path === '/users/registrations') return list(registrations())
    if (path === '/uploads') return list([])
    if (path === '/videos/ownership') return list(offers())
    if (path.endsWith('/give-ownership')) return { offer: id === 'uuid1' ? offers()[0] : null }
    if (path === '/users/me/subscriptions') return list(groups)
    if (path === '/users/me/subscriptions/accounts') return list([account()])
    if (path === '/users/me/subscriptions/exist') return Object.fromEntries(url.searchParams.getAll('uris').map((uri) => [uri, false]))
    if (path === '/users/me/subscriptions/videos') return list(videos)
    if (path === '/users/me/notifications') return list(url.searchParams.get('unread') ? notifications().filter((one) => !one.read) : notifications())
    if (path === '/users/me/push') return { publicKey: 'BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4', endpoint: null, choices: ['newVideoFromSubscription', 'commentMention'] }
    if (path === '/users/me/notification-letters') return { rhythm: 'at-once', mail: true }
    if (path === '/users/me/history/videos') return list(videos.map((one) => ({ ...one, userHistory: { currentTime: one.duration / 3 } })))
    if (path === '/users/scoped-tokens') return { feedToken: '00000000-0000-4000-8000-000000000000' }
    if (path === '/users') return list(users())
    if (path.endsWith('/token-sessions')) return list(tokenSessions())
    if (path === '/jobs/pause') return { paused: false }
    if (room === 'jobs') return list(jobs(id as ServerJob['state']))
    if (path === '/videos' && url.searchParams.has('include')) return list(videos.map(staffVideo))
    if (path === '/videos' || path === '/search/videos') return list(videos)
    if (path === '/search/suggestions') {
      const words = (url.searchParams.get('search') ?? '').toLowerCase()
      const known = [
        ...groups.map((one) => ({ kind: 'group', name: one.displayName, path: `/@${one.name}` })),
        ...videos.map((one) => ({ kind: 'video', name: one.name, path: `/w/${one.shortUUID}` })),
        { kind: 'playlist', name: 'Les bals', path: '/w/p/list1' },
      ]
      return { data: known.filter((one) => one.name.toLowerCase().includes(words)).slice(0, 9) }
    }
    if (path === '/video-channels' || path === '/search/video-channels') return list(groups)
    if (path === '/search/accounts') return list(times(this.world.groups, (at) => ({ ...account(), id: at + 1, name: `personne${at}`, displayName: `Personne numéro ${at + 1}` })))
    if (path === '/users/me/video-playlists/videos-exist') return { [url.searchParams.get('videoIds') ?? '']: held }
    if (part === 'video-playlists' || path === '/search/video-playlists' || path === '/video-playlists') return list([0, 1, 2, 3].map(playlist).filter((one) => room === 'accounts' || one.videoChannel))
    if (room === 'video-playlists' && part === 'videos') return list(id === 'list2' ? [] : elements())
    if (room === 'video-playlists' && id) return [0, 1, 2, 3].map(playlist).find((one) => one.shortUUID === id || one.uuid === id)
    if (room === 'video-channels' && part === 'videos') return list(videos)
    if (room === 'groups') {
      const lists: Record<string, unknown> = { members: list(members()), invitations: list(invitations()), requests: list(requests()), log: list(groupLog()), profile: profile() }
      return part ? lists[part] : people(this.world.signedIn)
    }
    if (room === 'invitations') return id === 'old' ? undefined : openInvitation()
    if (room === 'video-channels' && part === 'followers') return list(followers())
    if (room === 'video-channels') return groups.find((one) => one.name === id)
    if (room === 'accounts' && part === 'profile') return profile()
    if (room === 'accounts' && part === 'videos') return list(videos)
    if (room === 'accounts' && part === 'video-channels') return list(groups.slice(0, 1))
    if (room === 'accounts') return id === 'bureau' ? account() : undefined
    if (room === 'videos' && part === 'captions') return list(captions())
    if (room === 'videos' && part === 'chapters') return { chapters: [{ timecode: 0, title: 'Ouverture' }, { timecode: 125, title: 'La Marche' }] }
    if (room === 'videos' && part === 'storyboards') return { storyboards: [] }
    if (room === 'videos' && part === 'comment-threads') return threads()
    if (room === 'videos' && part === 'comments') return path.endsWith('/replies') ? replies() : undefined
    if (room === 'videos' && part === 'passwords') return list([])
    if (room === 'videos' && part === 'progress') return mine().find((one) => one.uuid === id)?.progress ?? undefined
    if (room === 'videos' && id && !part) return id === 'gone' ? undefined : video(Math.max(0, videos.findIndex((one) => one.shortUUID === id || one.uuid === id)))
    return undefined
  }
}
