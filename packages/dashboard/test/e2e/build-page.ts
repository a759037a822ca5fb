import { join } from 'node:path'
import { env } from 'node:process'
import { build } from 'vite'

/** Where the page is built for the tests: what they look at is what ships. */
export const DIST = join(import.meta.dirname, '..', '..', 'dist')

/** Vitest calls it once before all files. */
export async function setup(): Promise<void> {
  // Vitest sets `test`, with which Vite would bundle the libraries' checks for development.
  const { NODE_ENV } = env
  env['NODE_ENV'] = 'production'
  await build({ configFile: join(import.meta.dirname, '..', '..', 'vite.config.ts'), logLevel: 'warn' })
  if (NODE_ENV === undefined) delete env['NODE_ENV']
  else env['NODE_ENV'] = NODE_ENV
}
