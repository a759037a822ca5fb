import process from 'node:process'
import { defineConfig } from 'vitest/config'
import { UNSTEADY_REPORTER } from './scripts/unsteady-reporter.ts'

/**
 * Tests that drive the built page in Chromium: `vitest run --config vitest.e2e.config.ts`. Chromium is `/usr/bin/chromium`
 * (Debian: `apt-get install --no-install-recommends chromium`), or what CHROMIUM_PATH names.
 */
export default defineConfig({
  resolve: { conditions: ['@wayside/source', 'module', 'node', 'import', 'default'] },
  ssr: { resolve: { conditions: ['@wayside/source', 'module', 'node', 'import', 'default'] } },
  test: {
    name: 'e2e',
    root: 'packages/dashboard',
    include: ['test/e2e/**/*.e2e.ts'],
    globalSetup: ['test/e2e/build-page.ts'],
    // One browser at a time: the machine's cores are also the server's.
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // As in vitest.config.ts.
    retry: process.env['CI'] === undefined ? 0 : 1,
    reporters: ['default', UNSTEADY_REPORTER],
  },
})
