import { fork } from 'node:child_process'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'
import type { Options } from '../src/index.ts'

/** What the app is told to do. */
export type Order =
  | { readonly do: 'record'; readonly requests: number; readonly perSecond: number }
  | { readonly do: 'block'; readonly ms: number }
  | { readonly do: 'drain'; readonly withinMs: number }
  | { readonly do: 'close' }
  | { readonly do: 'tell' }

/** How it is afterwards. */
export interface Report {
  readonly captured: number
  readonly delivered: number
  readonly pending: number
  readonly spooled: number
  readonly dropped: Readonly<Record<string, number>>
  readonly shed: number
  /** Kinds that `onError` was told. */
  readonly problems: readonly string[]
  /** Exceptions and rejections that reached the app. */
  readonly faults: readonly string[]
  /** Bytes beyond what the process had when it began to record. */
  readonly rssGrowth: number
}

export interface BusyApp {
  tell(order: Order): Promise<Report>
  /** Stops and continues the whole process. */
  signal(name: 'SIGSTOP' | 'SIGCONT'): void
}

/** Starts an app in a process of its own, until the test is over. */
export function startBusyApp(options: Options, flags: readonly string[] = []): BusyApp {
  const child = fork(fileURLToPath(new URL('busy-app.ts', import.meta.url)), [JSON.stringify(options)], {
    execArgv: ['--conditions=@wayside/source', '--no-warnings', '--expose-gc', ...flags],
    env: { ...process.env, NODE_OPTIONS: '', NODE_COMPILE_CACHE: join(tmpdir(), 'wayside-endings-cache') },
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  return {
    tell: (order) =>
      new Promise((resolve, reject) => {
        const onExit = (code: number | null) => reject(new Error(`the app has ended with ${code}`))
        child.once('exit', onExit)
        child.once('message', (report: Report) => {
          child.off('exit', onExit)
          resolve(report)
        })
        child.send(order)
      }),
    signal: (name) => void child.kill(name),
  }
}
