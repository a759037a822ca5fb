import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import process from 'node:process'
import { fileURLToPath } from 'node:url'

/** A `wayside serve` in a process of its own, from the sources. */
export interface ServerProcess {
  readonly url: string
  /** User and system time of all its threads since it started. */
  cpuSeconds(): Promise<number>
  /** The most memory it had at once, MiB. */
  peakMib(): Promise<number>
  /** Such as `SIGSTOP`. */
  signal(name: NodeJS.Signals): void
  /** Stops it in order and waits until it is gone. Stopping again does nothing. */
  stop(): Promise<void>
  /** Ends it at once, as a crash would, and waits until it is gone. */
  kill(): Promise<void>
}

const MAIN = fileURLToPath(new URL('../../packages/server/src/cli/main.ts', import.meta.url))
/** Linux counts process times in hundredths of a second. */
const TICKS_PER_SECOND = 100

/** Further options are those of `wayside serve`. */
export async function startServerProcess(dataDir: string, port = 0, ...further: readonly string[]): Promise<ServerProcess> {
  const options = ['--data', dataDir, '--port', String(port), '--log-level', 'warn', ...further]
  const child = spawn(process.execPath, ['--conditions=@wayside/source', MAIN, 'serve', ...options], {
    stdio: ['ignore', 'pipe', 'inherit'],
    // What `bin/wayside.js` sets before anything else runs.
    env: { ...process.env, UV_THREADPOOL_SIZE: '8' },
  })
  const url = await firstLine(child)
  const stat = async (file: string) => readFile(`/proc/${child.pid}/${file}`, 'utf8')
  return {
    url,
    async cpuSeconds() {
      const text = await stat('stat')
      const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
      return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND
    },
    async peakMib() {
      return Number(/VmHWM:\s+(\d+) kB/.exec(await stat('status'))?.[1] ?? 0) / 1_024
    },
    signal: (name) => void child.kill(name),
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
  }

  async function end(signal: NodeJS.Signals): Promise<void> {
    if (child.exitCode !== null || child.signalCode !== null) return
    const gone = once(child, 'exit')
    child.kill(signal)
    await gone
  }
}

async function firstLine(child: ChildProcess): Promise<string> {
  const { stdout } = child
  if (stdout === null) throw new Error('the server has no output')
  let text = ''
  for await (const chunk of stdout) {
    text += String(chunk)
    if (text.includes('\n')) return text.slice(0, text.indexOf('\n'))
  }
  throw new Error('the server ended before it was ready')
}
