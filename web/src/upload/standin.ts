/** A stand-in for the server in tests: PeerTube's resumable protocol over node's http, with accidents on demand. */

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What goes wrong with the next piece: the connection breaks after so many bytes, or an answer that is not 308. */
export type Accident = { cutAfter: number } | { status: number; headers?: Record<string, string>; body?: unknown }

interface Held {
  name: string
  size: number
  bytes: Buffer
  metadata: Record<string, unknown>
}

/** The stand-in. `accidents` are used up, one per piece, in order. */
export class StandIn {
  readonly uploads = new Map<string, Held>()
  readonly videos: Held[] = []
  readonly log: string[] = []
  accidents: Accident[] = []
  refuseBegin: { status: number; body: unknown } | null = null
  url = ''

  private server = createServer((request, response) => void this.answer(request, response).catch(() => response.destroy()))
  private port = 0

  async start(): Promise<this> {
    await new Promise<void>((done) => this.server.listen(this.port, '127.0.0.1', done))
    this.port = (this.server.address() as AddressInfo).port
    this.url = `http://127.0.0.1:${this.port}`
    return this
  }

  /** Dies as a server does that is killed: connections break, what was acknowledged is still on its disk. */
  async stop(): Promise<void> {
    this.server.closeAllConnections()
    await new Promise((done) => this.server.close(done))
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const id = new URL(request.url ?? '', this.url).searchParams.get('upload_id')
    const range = request.headers['content-range']
    this.log.push(`${request.method} ${range ?? ''}`.trim())
    if (request.method === 'POST') return this.begin(request, response)
    const held = id ? this.uploads.get(id) : undefined
    if (!id || !held) return send(response, 404, {}, { error: { code: 'FileNotFound', message: 'Not found' } })
    if (request.method === 'DELETE') {
      this.uploads.delete(id)
      return send(response, 204, {})
    }
    const piece = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(range ?? '')
    const accident = piece ? this.accidents.shift() : undefined
    if (accident && 'status' in accident) {
      await body(request)
      return send(response, accident.status, accident.headers ?? {}, accident.body)
    }
    if (piece) {
      const from = Number(piece[1])
      if (from !== held.bytes.length) return send(response, 409, {}, { detail: 'wrong place' })
      const bytes = await body(request, accident?.cutAfter)
      held.bytes = Buffer.concat([held.bytes, bytes])
      if (accident) return void response.destroy()
    }
    if (held.bytes.length === held.size) {
      this.uploads.delete(id)
      this.videos.push(held)
      return send(response, 200, {}, { video: { id: this.videos.length, uuid: `uuid-${this.videos.length}`, shortUUID: 's' } })
    }
    send(response, 308, held.bytes.length ? { Range: `bytes=0-${held.bytes.length - 1}` } : {})
  }

  private async begin(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const metadata = JSON.parse((await body(request)).toString()) as Record<string, unknown>
    if (this.refuseBegin) return send(response, this.refuseBegin.status, {}, this.refuseBegin.body)
    const size = Number(request.headers['x-upload-content-length'])
    const id = `id-${String(metadata.filename)}-${size}-${String(metadata.lastModified)}`
    const location = { Location: `//127.0.0.1:${this.port}/api/v1/videos/upload-resumable?upload_id=${encodeURIComponent(id)}` }
    const known = this.uploads.get(id)
    if (known?.bytes.length) return send(response, 200, { ...location, Range: `bytes=0-${known.bytes.length - 1}` })
    this.uploads.set(id, { name: String(metadata.filename), size, bytes: Buffer.alloc(0), metadata })
    send(response, 201, location)
  }
}

function send(response: ServerResponse, status: number, headers: Record<string, string>, json?: unknown): void {
  response.writeHead(status, json === undefined ? headers : { ...headers, 'Content-Type': 'application/json' })
  response.end(json === undefined ? undefined : JSON.stringify(json))
}

/** Reads a body, or its first bytes only. */
async function body(request: IncomingMessage, most = Infinity): Promise<Buffer> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    chunks.push(chunk.subarray(0, Math.max(0, most - length)))
    length += chunk.length
    if (length >= most) break
  }
  return Buffer.concat(chunks)
}
