import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'
import type { Options } from '../src/index.ts'
import { startReceiver, type Receiver } from './receiver.ts'

export interface Ended {
  /** Exit code, or the signal that ended the process. */
  readonly how: number | string | null
  /** From when it began to end until it was gone. */
  readonly tookMs: number
  readonly errors: string
}

/** Runs the app until it has ended. */
export function runApp(ending: string, requests: number, options: Options): Promise<Ended> {
  const app = fileURLToPath(new URL('ending-app.ts', import.meta.url))
  const child = spawn(process.execPath, ['--conditions=@wayside/source', '--no-warnings', app, ending, String(requests), JSON.stringify(options)], {
    // Compiled once, the sources load in a third of the time.
    env: { ...process.env, NODE_OPTIONS: '', NODE_COMPILE_CACHE: join(tmpdir(), 'wayside-endings-cache') },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  let beganMs = 0
  let errors = ''
  child.stdout.once('data', () => void (beganMs = performance.now()))
  child.stderr.on('data', (chunk) => void (errors += String(chunk)))
  return new Promise((resolve) => child.on('close', (code, signal) => resolve({ how: code ?? signal, tookMs: performance.now() - beganMs, errors })))
}

/** One that works, one whose port is closed, one that takes connections and never answers. */
export type ServerState = 'healthy' | 'down' | 'blackhole'

export interface Server {
  readonly url: string
  /** From now on it works, at the same address. */
  heal(): Promise<Receiver>
}

export async function startServer(state: ServerState): Promise<Server> {
  if (state === 'healthy') {
    const receiver = await startReceiver()
    return { url: receiver.url, heal: () => Promise.resolve(receiver) }
  }
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined).resume()
  })
  const close = () => {
    for (const socket of sockets) socket.destroy()
    return new Promise((resolve) => server.close(resolve))
  }
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  if (state === 'down') await close()
  onTestFinished(() => void close())
  return {
    url: `http://127.0.0.1:${port}`,
    async heal() {
      await close()
      return startReceiver(undefined, port)
    },
  }
}

export async function makeFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'wayside-endings-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}

/** Works on all, three at a time. */
export async function inParallel<Item>(items: readonly Item[], work: (item: Item) => Promise<void>): Promise<void> {
  const left = [...items]
  const worker = async () => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) await work(item)
  }
  await Promise.all([worker(), worker(), worker()])
}
