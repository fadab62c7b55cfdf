import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { address, api, request, whenSignedOut } from './client'
import { Problem } from './problem'
import { readTokens, writeTokens } from './tokens'

const json = (body: unknown, status = 200) => new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json' } })
let asked: { path: string; bearer: string | null; body: string }[] = []
let refreshes = 0

beforeEach(() => {
  const kept = new Map<string, string>()
  vi.stubGlobal('localStorage', {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => kept.set(key, value),
    removeItem: (key: string) => kept.delete(key),
  })
  vi.stubGlobal('navigator', {})
  asked = []
  refreshes = 0
})
afterEach(() => vi.unstubAllGlobals())

/** A server that takes the access token `good` only, and gives it for the refresh token `r1`. */
function serve() {
  vi.stubGlobal('fetch', async (path: string, init: RequestInit = {}) => {
    const bearer = new Headers(init.headers).get('authorization')
    asked.push({ path, bearer, body: String(init.body ?? '') })
    if (path === '/api/v1/oauth-clients/local') return json({ client_id: 'id', client_secret: 'secret' })
    if (path === '/api/v1/users/token') {
      refreshes += 1
      const grant = new URLSearchParams(String(init.body))
      return grant.get('refresh_token') === 'r1' ? json({ access_token: 'good', refresh_token: 'r2' }) : json({ code: 'invalid_grant', detail: 'no' }, 400)
    }
    return bearer === 'Bearer good' ? json({ ok: true }) : json({ code: 'invalid_token', detail: 'old' }, 401)
  })
}

test('an old token is refreshed once for all who ask, and each asks again', async () => {
  serve()
  writeTokens({ access: 'old', refresh: 'r1' })
  const answers = await Promise.all([api.get('/users/me'), api.get('/videos'), api.get('/video-channels')])
  expect(answers).toEqual([{ ok: true }, { ok: true }, { ok: true }])
  expect(refreshes).toBe(1)
  expect(readTokens()).toEqual({ access: 'good', refresh: 'r2' })
})

test('a session that is over is forgotten and said', async () => {
  serve()
  writeTokens({ access: 'old', refresh: 'gone' })
  const ended = vi.fn()
  whenSignedOut(ended)
  await expect(api.get('/users/me')).rejects.toMatchObject({ status: 401 })
  expect(ended).toHaveBeenCalledOnce()
  expect(readTokens()).toBeNull()
})

test('a server that cannot be reached does not end the session', async () => {
  writeTokens({ access: 'old', refresh: 'r1' })
  vi.stubGlobal('fetch', async () => Promise.reject(new TypeError('network')))
  await expect(api.get('/users/me')).rejects.toMatchObject({ status: 0, code: 'offline' })
  expect(readTokens()).not.toBeNull()
})

test('a refusal carries its code and what is wrong with each field', async () => {
  vi.stubGlobal('fetch', async () =>
    json({ status: 400, detail: 'Incorrect request parameters: name', 'invalid-params': { name: { msg: 'Should have a valid name', path: 'name' } } }, 400),
  )
  const problem = await api.post('/videos', {}).catch((error: unknown) => error)
  expect(problem).toBeInstanceOf(Problem)
  expect(problem).toMatchObject({ status: 400, invalidParams: { name: 'Should have a valid name' } })
})

test('queries repeat lists and leave out what is not said', () => {
  expect(address('/videos', { tagsOneOf: ['a', 'b'], search: '', start: 0, category: null })).toBe('/api/v1/videos?tagsOneOf=a&tagsOneOf=b&start=0')
})

test('what is to outlive the page is sent so', async () => {
  const kept: (boolean | undefined)[] = []
  vi.stubGlobal('fetch', async (_: string, init: RequestInit) => {
    kept.push(init.keepalive)
    return new Response(null, { status: 204 })
  })
  await request('POST', '/users/me/notifications/read', { body: { ids: [1] }, keepalive: true })
  await api.post('/users/me/notifications/read-all')
  expect(kept).toEqual([true, undefined])
})
