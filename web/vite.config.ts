import { svelte } from '@sveltejs/vite-plugin-svelte'
import { defineConfig } from 'vitest/config'
import { catalogues } from './build/catalogues.ts'
import { compress } from './build/compress.ts'
import { oldCss } from './build/old-css.ts'

/** Where `npm run dev` sends what is not the client: a Kiosque started with `cargo run -- serve`. */
const server = process.env.KIOSQUE_URL ?? 'http://127.0.0.1:8080'
const served = ['/api', '/static', '/lazy-static', '/download', '/feeds', '/services', '/tracker', '/manifest.webmanifest']

export default defineConfig({
  plugins: [svelte(), catalogues(), compress()],
  // p2p-media-loader brings bittorrent-tracker, which asks for these names of node. In the tests node has them.
  define: process.env.VITEST ? {} : { 'process.nextTick': 'queueMicrotask', 'process.browser': 'true', global: 'globalThis' },
  css: { postcss: { plugins: [oldCss()] } },
  build: {
    // Phones of 2020: docs/decisions/0014. What depends on the direction of reading is put into their words by oldCss
    // before the minifier sees it, which would go by the language of the page.
    target: ['chrome80', 'safari13.1', 'firefox78'],
    cssTarget: ['chrome80', 'safari13.1', 'firefox78'],
    manifest: true,
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    rolldownOptions: {
      // The code for other viewers has big integers; a browser without them goes without other viewers.
      checks: { toleratedTransform: false },
      input: ['index.html', 'embed.html'],
      output: {
        // `home-HASH.js` instead of a dozen `Page-HASH.js`.
        chunkFileNames: ({ facadeModuleId }) => {
          const page = facadeModuleId && /\/pages\/([\w-]+)\/Page\.svelte$/.exec(facadeModuleId)?.[1]
          return `assets/${page ?? '[name]'}-[hash].js`
        },
        // What pages share is one file: over plain HTTP/1.1 a dozen small ones cost more than their bytes. What only
        // those see who are signed in is none of it.
        codeSplitting: {
          groups: [
            { name: 'shared', minShareCount: 2, test: /node_modules\/(svelte|esm-env|clsx|@lucide)\/(?!.*\/icons\/(?:captions|cpu|download|grip-vertical|maximize|minimize|pause|picture-in-picture-2|share-2|skip-back|skip-forward|trash|volume-2|volume-x)\.)|\/src\/(parts|i18n|api|state)\/(?!.*\.json|(?:Confirm|FilePick|ImageField|Trial|encoder)\.)|\/src\/router/ },
          ],
        },
      },
    },
  },
  server: { proxy: Object.fromEntries(served.map((path) => [path, { target: server, ws: true }])) },
  test: {
    projects: [
      {
        extends: true,
        test: { name: 'unit', environment: 'node', include: ['src/**/*.test.ts', 'build/**/*.test.ts', 'tests/**/*.test.ts'] },
      },
      {
        extends: true,
        test: {
          name: 'browser',
          environment: 'node',
          include: ['tests/**/*.spec.ts'],
          testTimeout: 240_000,
          hookTimeout: 240_000,
          fileParallelism: false,
          // A page changes some time after the click: what is read from it is asked for until it is so.
          expect: { poll: { timeout: 40_000, interval: 50 } },
        },
      },
    ],
  },
})
