import { spawn } from 'node:child_process'
import { once } from 'node:events'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import type { Vitals } from './probe.ts'

/** A `wayside serve` in a process of its own, from the sources, that tells how it is. */
export interface ProbedServer {
  readonly url: string
  /** How the process was since this was asked last. */
  vitals(): Promise<Vitals>
  /** What it wrote to its log so far. */
  log(): string
  /** Whether the process is still there. */
  alive(): boolean
  /** Stops it in order. Stopping again does nothing. */
  stop(): Promise<void>
}

const MAIN = fileURLToPath(new URL('../cli/main.ts', import.meta.url))
const PROBE = new URL('probe.ts', import.meta.url).href

/** @param flags - of `wayside serve`, beside the folder and the port */
export async function startProbedServer(dataDir: string, flags: readonly string[] = []): Promise<ProbedServer> {
  const child = spawn(
    process.execPath,
    ['--conditions=@wayside/source', '--import', PROBE, MAIN, 'serve', '--data', dataDir, '--port', '0', ...flags],
    {
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      // What `bin/wayside.js` sets before anything else runs.
      env: { ...process.env, UV_THREADPOOL_SIZE: '8' },
    },
  )
  let log = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (log = (log + text).slice(-MAX_LOG_LENGTH)))
  const gone = once(child, 'exit')
  const started = child.stdout === null ? gone : once(child.stdout.setEncoding('utf8'), 'data')
  const [url] = await Promise.race([started, gone.then(([code]) => Promise.reject(new Error(`the server ended with ${code}: ${log}`)))])

  return {
    url: /^\S+/.exec(String(url))?.[0] ?? '',
    async vitals() {
      child.send('vitals')
      // Boundary: what probe.ts sends.
      const [vitals] = (await once(child, 'message')) as [Vitals]
      return vitals
    },
    log: () => log,
    alive: () => child.exitCode === null && child.signalCode === null,
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return
      child.kill('SIGTERM')
      await gone
    },
  }
}

const MAX_LOG_LENGTH = 1_000_000
