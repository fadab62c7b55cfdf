import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** The binary to try: `KIOSQUE_BIN` or `KIOSQUE_BINARY`. Without one these tests fail: they try the real server. */
const BINARY = process.env.KIOSQUE_BIN ?? process.env.KIOSQUE_BINARY

/** A real kiosk on a free port with a folder of its own. */
export class Kiosque {
  private constructor(
    readonly url: string,
    /** The one-time link that the first start prints. */
    readonly setupLink: string,
    private readonly process: ChildProcess,
    private readonly folder: string,
  ) {}

  static async start(): Promise<Kiosque> {
    if (!BINARY) throw new Error('Set KIOSQUE_BIN to the kiosque binary: cargo build, then target/debug/kiosque.')
    const folder = mkdtempSync(join(tmpdir(), 'kiosque-browser-'))
    const child = spawn(BINARY, ['serve', '--data-dir', folder, '--listen', '127.0.0.1:0'], { stdio: ['ignore', 'pipe', 'pipe'] })
    let said = ''
    const link = /https?:\/\/\S+\/setup\?token=[\w-]+/
    const listening = /listening on (http:\/\/\S+)/
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => reject(new Error(`The kiosk did not start in a minute:\n${said}`)), 60_000)
      const hear = (chunk: Buffer) => {
        said += chunk.toString()
        const url = listening.exec(said)?.[1]
        const setup = link.exec(said)?.[0]
        if (!url || !setup) return
        clearTimeout(late)
        // The link names the public address, which in a test is not the port that was given.
        resolve(new Kiosque(url, url + new URL(setup).pathname + new URL(setup).search, child, folder))
      }
      child.stdout?.on('data', hear)
      child.stderr?.on('data', hear)
      child.once('exit', (code) => reject(new Error(`The kiosk ended with ${code}:\n${said}`)))
    })
  }

  async stop(): Promise<void> {
    const ended = new Promise((done) => this.process.once('exit', done))
    this.process.kill('SIGTERM')
    await ended
    rmSync(this.folder, { recursive: true, force: true })
  }
}
