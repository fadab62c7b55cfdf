import { Problem } from './problem'
import { oneTabAtATime, readTokens, writeTokens } from './tokens'
import type { OAuthClient, TokenAnswer } from './types'

/** A value of a query string; lists are repeated, null and undefined are left out. */
export type Query = Record<string, string | number | boolean | null | undefined | readonly (string | number)[]>
export interface Options {
  query?: Query
  /** An object becomes JSON; `FormData` and `URLSearchParams` go as they are. */
  body?: unknown
  headers?: Record<string, string>
  signal?: AbortSignal
  /** Goes on when the page is left. */
  keepalive?: boolean
}

const BASE = '/api/v1'
let onSignedOut = () => {}
let refreshing: Promise<boolean> | null = null

/** What to do when the server no longer knows this session. */
export function whenSignedOut(then: () => void): void {
  onSignedOut = then
}

/** The header that says who asks, for requests that do not go through this client. */
export function authorization(): Record<string, string> {
  const tokens = readTokens()
  return tokens ? { authorization: `Bearer ${tokens.access}` } : {}
}

/** `/api/v1` + path + query string. */
export function address(path: string, query: Query = {}): string {
  const params = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) {
    if (value === null || value === undefined || value === '') continue
    if (Array.isArray(value)) for (const item of value) params.append(name, String(item))
    else params.append(name, String(value))
  }
  const text = params.toString()
  return BASE + path + (text ? `?${text}` : '')
}

/**
 * Asks the server. A 401 with tokens is answered by one refresh and one more try.
 * Throws a {@link Problem} when the server refuses or cannot be reached.
 */
export async function request<T>(method: string, path: string, options: Options = {}): Promise<T> {
  const before = readTokens()
  let response = await send(method, path, options)
  if (response.status === 401 && before && (await refresh(before.access))) {
    response = await send(method, path, options)
  }
  if (!response.ok) throw await Problem.of(response)
  if (response.status === 204) return undefined as T
  const kind = response.headers.get('content-type') ?? ''
  return (kind.includes('json') ? await response.json() : await response.text()) as T
}

export const api = {
  get: <T>(path: string, query?: Query, signal?: AbortSignal) => request<T>('GET', path, { query, signal }),
  post: <T = void>(path: string, body?: unknown) => request<T>('POST', path, { body }),
  put: <T = void>(path: string, body?: unknown) => request<T>('PUT', path, { body }),
  delete: <T = void>(path: string) => request<T>('DELETE', path),
}

async function send(method: string, path: string, options: Options): Promise<Response> {
  const headers: Record<string, string> = { accept: 'application/json', ...authorization(), ...options.headers }
  let body = options.body as BodyInit | undefined
  if (body !== undefined && !(body instanceof FormData) && !(body instanceof URLSearchParams) && !(body instanceof Blob)) {
    headers['content-type'] = 'application/json'
    body = JSON.stringify(body)
  }
  try {
    return await fetch(address(path, options.query), { method, headers, body, signal: options.signal, keepalive: options.keepalive })
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error
    throw Problem.offline()
  }
}

/**
 * Exchanges the refresh token for new ones, once for all tabs. True when there is a token that may be
 * tried; false when this session is over.
 */
export function refresh(refused: string): Promise<boolean> {
  refreshing ??= oneTabAtATime(async () => {
    const tokens = readTokens()
    if (!tokens) return false
    if (tokens.access !== refused) return true
    try {
      await token({ grant_type: 'refresh_token', refresh_token: tokens.refresh })
      return true
    } catch (error) {
      if (!(error instanceof Problem) || error.status === 0 || error.status >= 500 || error.status === 429) throw error
      writeTokens(null)
      onSignedOut()
      return false
    }
  }).finally(() => {
    refreshing = null
  })
  return refreshing
}

/** Asks for tokens and keeps them. `otp` is the six digits of the second step. */
export async function token(grant: Record<string, string>, otp?: string): Promise<void> {
  const client = await plain<OAuthClient>('GET', '/oauth-clients/local')
  const body = new URLSearchParams({ client_id: client.client_id, client_secret: client.client_secret, ...grant })
  keepTokens(await plain<TokenAnswer>('POST', '/users/token', body, otp ? { 'x-peertube-otp': otp } : {}))
}

/** Keeps what `/users/token` (or the set-up) answered. */
export function keepTokens(answer: TokenAnswer): void {
  writeTokens({ access: answer.access_token, refresh: answer.refresh_token })
}

async function plain<T>(method: string, path: string, body?: URLSearchParams, headers: Record<string, string> = {}): Promise<T> {
  const response = await fetch(BASE + path, { method, body, headers }).catch(() => {
    throw Problem.offline()
  })
  if (!response.ok) throw await Problem.of(response)
  return (await response.json()) as T
}
