import { join } from 'node:path'
import { build } from 'vite'

/** Where the page is built for the tests: what they look at is what ships. */
export const DIST = join(import.meta.dirname, '..', '..', 'dist')

/** Vitest calls it once before all files. */
export async function setup(): Promise<void> {
  await build({ configFile: join(import.meta.dirname, '..', '..', 'vite.config.ts'), logLevel: 'warn' })
}
