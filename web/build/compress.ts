import { readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import type { Plugin } from 'vite'

const COMPRESSIBLE = /\.(js|css|svg|json|wasm|vtt)$/
/** Below this a compressed file saves no packet. */
const WORTH_IT = 600

/** Writes `.br` and `.gz` beside every compressible file of the build, so that the server never compresses. */
export function compress(): Plugin {
  let folder = 'dist'
  return {
    name: 'kiosque-compress',
    apply: 'build',
    configResolved(config) {
      folder = config.build.outDir
    },
    closeBundle() {
      for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
        if (!COMPRESSIBLE.test(name) || name.startsWith('.vite')) continue
        const bytes = readFileSync(join(folder, name))
        if (bytes.length < WORTH_IT) continue
        const brotli = brotliCompressSync(bytes, {
          params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length },
        })
        writeFileSync(join(folder, `${name}.br`), brotli)
        writeFileSync(join(folder, `${name}.gz`), gzipSync(bytes, { level: 9 }))
      }
    },
  }
}
