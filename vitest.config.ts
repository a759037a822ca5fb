import { availableParallelism } from 'node:os'
import process from 'node:process'
import { defineConfig } from 'vitest/config'
import { UNSTEADY_REPORTER } from './scripts/unsteady-reporter.ts'

/** Where the outcome goes as JSON too. */
const report = process.env['WAYSIDE_TEST_REPORT']

/**
 * Tests run on the sources: workspace packages resolve through their `@wayside/source` condition. Conditions also reach
 * `require` in dependencies, so `import` must not be among them.
 */
const source = { conditions: ['@wayside/source', 'node'] }

export default defineConfig({
  test: {
    // Many tests wait, for timers, disks and processes of their own: on two cores the default of one at a time takes twice as long.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    reporters: ['default', UNSTEADY_REPORTER, ...(report === undefined ? [] : [['json', { outputFile: report }] as const])],
    projects: [
      ...['protocol', 'client', 'core', 'express', 'fastify', 'koa', 'nestjs', 'server', 'dashboard', 'testing'].map((name) =>
        project(name, `packages/${name}`, ['src/**/*.test.ts', 'src/**/*.test.tsx', 'test/**/*.test.ts']),
      ),
      project('bench', 'bench', ['{chaos,fuzz}/*.test.ts']),
    ],
  },
})

function project(name: string, root: string, include: string[]) {
  return {
    resolve: source,
    ssr: { resolve: source },
    // A generous limit: it catches what hangs, and a busy machine does not fail what works. Where nobody watches, a test may
    // fail once in a thousand runs of thousands: it is run again, and told by `scripts/unsteady-reporter.ts`.
    test: { name, root, include, testTimeout: 30_000, hookTimeout: 60_000, retry: process.env['CI'] === undefined ? 0 : 1 },
  }
}
