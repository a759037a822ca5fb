import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

/**
 * Tests run on the sources: workspace packages resolve through their `@wayside/source` condition. Conditions also reach
 * `require` in dependencies, so `import` must not be among them.
 */
const source = { conditions: ['@wayside/source', 'node'] }

export default defineConfig({
  test: {
    // Many tests wait, for timers, disks and processes of their own: on two cores the default of one at a time takes twice as long.
    maxWorkers: Math.max(2, availableParallelism() - 1),
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
    // A generous limit: it catches what hangs, and a busy machine does not fail what works.
    test: { name, root, include, testTimeout: 30_000, hookTimeout: 60_000 },
  }
}
