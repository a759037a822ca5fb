import { defaultClientConditions, defineConfig } from 'vite'
import { blockFirstPaint } from './build/block-first-paint.ts'
import { precompress } from './build/precompress.ts'

/** Where `vite dev` finds a server's API. */
const apiUrl = 'http://127.0.0.1:4270'

export default defineConfig({
  root: import.meta.dirname,
  // Relative, so that a server may serve the page under any path.
  base: './',
  resolve: { conditions: ['@wayside/source', ...defaultClientConditions] },
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  plugins: [blockFirstPaint(), precompress()],
  build: {
    outDir: 'dist',
    // Browsers of 2024 and later: `light-dark()` stays as written.
    target: ['chrome123', 'edge123', 'firefox121', 'safari17.5'],
    // Nothing inlined as data: URLs, so that the content security policy needs no exception.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    sourcemap: false,
  },
  server: { proxy: { '/api': apiUrl } },
})
