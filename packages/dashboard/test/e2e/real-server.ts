import { spawn } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execPath } from 'node:process'
import { createInterface } from 'node:readline'
import { DIST } from './build-page.ts'

/** The `wayside` command, run from its sources on a folder of its own. */
export interface RealServer {
  readonly url: string
  /** Where the first owner is made, from what the server prints. */
  readonly setUpUrl: Promise<string>
  /** Ends it as an operator does, and removes its data. */
  stop(): Promise<void>
}

const ROOT = join(import.meta.dirname, '..', '..', '..', '..')
const START_TIMEOUT_MS = 90_000

/** @param options - more of the command's */
export async function startRealServer(options: readonly string[] = []): Promise<RealServer> {
  // Where the server's own build puts the page too.
  cpSync(DIST, join(ROOT, 'packages/server/dist/public'), { recursive: true })
  const data = mkdtempSync(join(tmpdir(), 'wayside-e2e-'))
  const main = join(ROOT, 'packages/server/src/cli/main.ts')
  const child = spawn(nodePath(), ['--conditions=@wayside/source', main, 'serve', '--port', '0', '--data', data, ...options], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()))
  const errors: string[] = []
  child.stderr.on('data', (bytes) => errors.splice(0, errors.length - 20, String(bytes)))
  const lines = createInterface(child.stdout)
  const setUpUrl = new Promise<string>((resolve) => lines.on('line', (line) => /\/setup#/.test(line) && resolve(line.replace(/^.* /, ''))))
  const url = await new Promise<string>((resolve, reject) => {
    const fail = () => reject(new Error(`the server did not start: ${errors.join('')}`))
    const timer = setTimeout(() => child.kill('SIGKILL'), START_TIMEOUT_MS)
    child.once('close', fail)
    lines.once('line', (line) => {
      clearTimeout(timer)
      child.off('close', fail)
      resolve(`${line}/`)
    })
  })
  return {
    url,
    setUpUrl,
    async stop() {
      child.kill('SIGTERM')
      await ended
      rmSync(data, { recursive: true, force: true })
    },
  }
}

/** The Node that the workspace pins: the server needs a newer one than the tests do. */
function nodePath(): string {
  const pinned = join(ROOT, 'node_modules/.bin/node')
  return existsSync(pinned) ? pinned : execPath
}
