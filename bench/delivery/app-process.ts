import { spawn } from 'node:child_process'
import process from 'node:process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { AppMessage, AppOrder } from './app/app.ts'

/** An app with one SDK in a process of its own. */
export interface AppProcess {
  /** Resolves with what the app told; `null` when it ended before it could. */
  told<Kind extends AppMessage['kind']>(kind: Kind): Promise<Extract<AppMessage, { kind: Kind }> | null>
  readonly ended: Promise<Ended>
  /** Ends the standard input for which an app waits that is to end when told. */
  letGo(): void
  kill(): void
}

export interface Ended {
  /** Such as `exit 0` or `SIGTERM`. */
  readonly how: string
  /** Milliseconds since 1970. */
  readonly at: number
  /** The last that it wrote to standard error. */
  readonly complaint: string
}

const APP = fileURLToPath(new URL('app/app.ts', import.meta.url))
const COMPLAINT_LENGTH = 4_096

/** Starts an app whose user's folders are all in `home`. */
export function startApp(order: AppOrder, home: string): AppProcess {
  const child = spawn(process.execPath, ['--no-warnings', APP, JSON.stringify(order)], {
    stdio: ['pipe', 'pipe', 'pipe'],
    cwd: home,
    env: { ...process.env, HOME: home, XDG_STATE_HOME: home, XDG_CACHE_HOME: home, TMPDIR: home, NODE_ENV: 'production', NODE_OPTIONS: '' },
  })
  const messages = new Map<AppMessage['kind'], AppMessage>()
  const waiting = new Set<() => void>()
  const wake = () => {
    for (const each of waiting) each()
  }
  let complaint = ''
  let over = false
  child.stderr.on('data', (data: Buffer) => (complaint = (complaint + String(data)).slice(-COMPLAINT_LENGTH)))
  child.stdin.on('error', () => undefined) // It may have ended already.
  createInterface({ input: child.stdout }).on('line', (line) => {
    // Some SDKs print lines of their own.
    if (!line.startsWith('@')) return
    const message = JSON.parse(line.slice(1)) as AppMessage
    messages.set(message.kind, message)
    wake()
  })
  let exitedAt = 0
  child.once('exit', () => (exitedAt = Date.now()))
  const ended = new Promise<Ended>((resolve) => {
    child.once('close', (code, signal) => {
      over = true
      wake()
      resolve({ how: signal ?? `exit ${code}`, at: exitedAt, complaint })
    })
  })
  return {
    ended,
    told: (kind) =>
      new Promise((resolve) => {
        const look = () => {
          const message = messages.get(kind)
          if (message === undefined && !over) return
          waiting.delete(look)
          // Kept under its own kind.
          resolve((message ?? null) as never)
        }
        waiting.add(look)
        look()
      }),
    letGo: () => void child.stdin.end(),
    kill: () => void child.kill('SIGKILL'),
  }
}
