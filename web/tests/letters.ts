import { createServer, type AddressInfo } from 'node:net'

/** A mail server that keeps what it gets. */
export class Letters {
  private readonly got: { to: string; text: string }[] = []
  private readonly server = createServer((socket) => {
    let to = ''
    let body: string[] | null = null
    let rest = ''
    const say = (line: string) => socket.write(`${line}\r\n`)
    say('220 letters.test')
    socket.on('data', (bytes) => {
      const lines = (rest + bytes.toString('latin1')).split('\r\n')
      rest = lines.pop() ?? ''
      for (const line of lines) {
        if (body) {
          if (line === '.') {
            this.got.push({ to, text: plain(body) })
            body = null
            say('250 taken')
          } else body.push(line)
        } else if (line.startsWith('EHLO')) say('250 letters.test')
        else if (line.startsWith('RCPT')) {
          to = /<(.*)>/.exec(line)?.[1] ?? ''
          say('250 good')
        } else if (line === 'DATA') {
          body = []
          say('354 go on')
        } else say(line === 'QUIT' ? '221 bye' : '250 good')
      }
    })
    socket.on('error', () => undefined)
  })

  /** Starts it; the answer is the environment of a kiosque that sends its letters here. */
  async start(): Promise<Record<string, string>> {
    await new Promise<void>((done) => this.server.listen(0, '127.0.0.1', done))
    const port = (this.server.address() as AddressInfo).port
    return { KIOSQUE_MAIL__HOST: '127.0.0.1', KIOSQUE_MAIL__PORT: String(port), KIOSQUE_MAIL__SECURITY: 'none', KIOSQUE_MAIL__FROM: 'kiosque@kiosque.example' }
  }

  stop(): void {
    this.server.close()
  }

  /** Takes the newest letter to an address out, as soon as there is one. */
  async to(address: string): Promise<string> {
    for (const begun = Date.now(); Date.now() - begun < 60_000; ) {
      const at = this.got.map((letter) => letter.to).lastIndexOf(address)
      if (at >= 0) return this.got.splice(at, 1)[0]?.text ?? ''
      await new Promise((done) => setTimeout(done, 50))
    }
    throw new Error(`no letter to ${address}; there are some to ${this.got.map((letter) => letter.to).join(', ')}`)
  }

  /** The link in the newest letter to an address, without its host. */
  async link(address: string): Promise<string> {
    const text = await this.to(address)
    const url = /^http:\S+/m.exec(text)?.[0]
    if (!url) throw new Error(`no link in ${text}`)
    const { pathname, search } = new URL(url)
    return pathname + search
  }
}

/** The plain text of a letter of two forms. */
function plain(lines: string[]): string {
  const from = lines.findIndex((line) => /^content-type: text\/plain/i.test(line))
  const head = lines.slice(from, lines.indexOf('', from)).join('\n')
  const end = lines.findIndex((line, at) => at > from && line.startsWith('--'))
  const body = lines.slice(lines.indexOf('', from) + 1, end)
  if (/base64/i.test(head)) return Buffer.from(body.join(''), 'base64').toString()
  const text = body.join('\n')
  if (!/quoted-printable/i.test(head)) return text
  const bytes = text.replace(/=\n/g, '').replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)))
  return Buffer.from(bytes, 'latin1').toString()
}
