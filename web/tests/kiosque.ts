import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import type { Progress, TokenAnswer } from '../src/api/types'

/** The program itself, as `make test` builds it: without it these tests fail, for they try the real server. */
const BINARY = process.env.KIOSQUE_BIN ?? process.env.KIOSQUE_BINARY

/** What a start prints: where it listens, and as long as nobody has claimed it, the link for that. */
const LISTENING = /listening on http:\/\/127\.0\.0\.1:(\d+)/
const LINK = /\/setup\?token=[\w-]+/
const PASSWORD = 'correct horse battery'
const OF_MEMBERS = 'une longue marche'

/** A kiosque in a folder of its own. It can be killed and started again on the same port. */
export class Kiosque {
  readonly folder = mkdtempSync(join(tmpdir(), 'kiosque-'))
  tokens: TokenAnswer | null = null
  /** `environment` is what its configuration says besides. */
  constructor(private readonly environment: Record<string, string> = {}) {}
  private child: ChildProcess | null = null
  private port = 0
  private link = ''

  get url(): string {
    return `http://localhost:${this.port}`
  }

  /** The one-time link with which it is claimed. */
  get setupLink(): string {
    return this.url + this.link
  }

  /** Starts the program on its folder and waits until it listens. */
  async start(): Promise<this> {
    if (!BINARY) throw new Error('Set KIOSQUE_BIN to the kiosque binary: cargo build, then target/debug/kiosque.')
    const args = ['serve', '--data-dir', this.folder, '--listen', `127.0.0.1:${this.port}`]
    const child = spawn(BINARY, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...this.environment, NO_COLOR: '1' } })
    this.child = child
    let said = ''
    await new Promise<void>((done, failed) => {
      const hear = (bytes: Buffer) => {
        said += bytes.toString()
        const port = LISTENING.exec(said)?.[1]
        const link = LINK.exec(said)?.[0]
        if (!port || !(link || this.tokens)) return
        this.port = Number(port)
        this.link = link ?? ''
        done()
      }
      child.stdout.on('data', hear)
      child.stderr.on('data', hear)
      child.on('exit', (code) => failed(new Error(`The kiosque ended with ${code}:\n${said}`)))
    })
    return this
  }

  /** Claims it for an administrator, whose requests `api` then makes. */
  async claim(): Promise<this> {
    this.tokens = await this.api<TokenAnswer>('POST', '/setup', {
      token: new URL(this.setupLink).searchParams.get('token'),
      language: 'fr',
      name: 'Kiosque de la Halle',
      publicUrl: this.url,
      username: 'camille',
      email: 'camille@kiosque.example',
      password: PASSWORD,
    })
    return this
  }

  /** Ends it as a power cut does. */
  async kill(): Promise<void> {
    const child = this.child
    if (!child || child.exitCode !== null) return
    const ended = new Promise((done) => child.on('exit', done))
    child.kill('SIGKILL')
    await ended
  }

  async stop(): Promise<void> {
    await this.kill()
    rmSync(this.folder, { recursive: true, force: true })
  }

  /** Asks its API as the administrator. */
  async api<T>(method: string, path: string, body?: unknown): Promise<T> {
    const headers: Record<string, string> = this.tokens ? { authorization: `Bearer ${this.tokens.access_token}` } : {}
    const form = body instanceof FormData
    if (body && !form) headers['content-type'] = 'application/json'
    const response = await fetch(`${this.url}/api/v1${path}`, { method, headers, body: form ? body : body ? JSON.stringify(body) : undefined })
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`)
    return (response.status === 204 ? undefined : await response.json()) as T
  }

  /** Sends a clip by the plain form. Returns its uuid. */
  async upload(clip: Buffer, fileName: string, fields: Record<string, string> = {}): Promise<string> {
    const me = await this.api<{ videoChannels: { id: number }[] }>('GET', '/users/me')
    const form = new FormData()
    const all = { name: 'Le bal de la place', channelId: String(me.videoChannels[0]?.id), privacy: '1', ...fields }
    for (const [name, value] of Object.entries(all)) form.set(name, value)
    form.set('videofile', new File([new Uint8Array(clip)], fileName))
    const answer = await this.api<{ video: { uuid: string } }>('POST', '/videos/upload', form)
    return answer.video.uuid
  }

  /** Waits until a video is as far as wanted. */
  async until(uuid: string, wanted: (progress: Progress) => boolean): Promise<Progress> {
    for (;;) {
      const progress = await this.api<Progress>('GET', `/videos/${uuid}/progress`)
      if (wanted(progress)) return progress
      if (progress.stage === 'failed') throw new Error(`failed: ${progress.reason}`)
      await new Promise((done) => setTimeout(done, 200))
    }
  }

  /** Makes an account for a member, who signs in. */
  async member(username: string): Promise<TokenAnswer> {
    await this.api('POST', '/users', { username, email: `${username}@kiosque.example`, password: OF_MEMBERS, role: 2 })
    const client = await this.api<{ client_id: string; client_secret: string }>('GET', '/oauth-clients/local')
    const body = new URLSearchParams({ ...client, grant_type: 'password', username, password: OF_MEMBERS })
    const answer = await fetch(`${this.url}/api/v1/users/token`, { method: 'POST', body })
    if (!answer.ok) throw new Error(`${username} cannot sign in: ${answer.status} ${await answer.text()}`)
    return (await answer.json()) as TokenAnswer
  }

  /** Makes a page one of somebody's: the administrator's, where nobody is named. */
  async signIn(page: Page, of: TokenAnswer | null = this.tokens): Promise<void> {
    const tokens = { access: of?.access_token, refresh: of?.refresh_token }
    await page.addInitScript((kept) => localStorage.setItem('kiosque.tokens', kept), JSON.stringify(tokens))
  }
}
