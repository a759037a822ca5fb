// Child process: an app that captures events until it is told otherwise. It writes down what it captures before and after,
// in a file that survives it, and tells its state in lines on its standard output. Commands come as lines on its
// standard input. Argument: a `ProducerOrder` as JSON.
import { appendFileSync, writeSync } from 'node:fs'
import { Socket } from 'node:net'
import process from 'node:process'
import { createInterface } from 'node:readline'
import type { Options } from '../../../packages/core/src/index.ts'
import { finish, makeExchange } from '../../record/exchanges.ts'
import { toRequest } from '../seeded-event.ts'
import { watchHost } from './host-watch.ts'

export interface ProducerOrder {
  readonly name: string
  readonly key: string
  readonly options: Options
  readonly perSecond: number
  /** Lines `captured so far, captured after this, monotonic milliseconds`. */
  readonly logPath: string
}

export type ProducerCommand =
  /** Capture no more. */
  | { readonly kind: 'rest' }
  | { readonly kind: 'end'; readonly how: 'exit' | 'natural' | 'close' }
  | { readonly kind: 'jumpClock'; readonly byMs: number }

/** Told twice a second, and once more when the process ends by itself. */
export interface ProducerReport {
  readonly captured: number
  readonly delivered: number
  readonly pending: number
  readonly dropped: Readonly<Record<string, number>>
  readonly shed: number
  /** Kinds of trouble that the SDK told. */
  readonly problems: readonly string[]
  readonly faults: readonly string[]
  readonly rssGrowthMib: number
  readonly longestStallMs: number
  /** The report is the last: from the `exit` event. */
  readonly final: boolean
}

// The clock that jumps. It must be in place before the SDK is loaded.
const now = Date.now
let jumpedMs = 0
Date.now = () => now() + jumpedMs
const { createRecorder } = await import('../../../packages/core/src/index.ts')

// The one who starts this process makes the argument and the commands.
const { name, key, options, perSecond, logPath } = JSON.parse(process.argv[2] ?? '') as ProducerOrder
const host = watchHost()
const problems = new Set<string>()
const recorder = createRecorder({
  framework: 'node',
  sdk: '@wayside/core/chaos',
  apiKey: key,
  options: { ...options, onError: ({ kind }) => void problems.add(kind), getUserId },
})
const socket = new Socket()
const TICK_MS = 20
let captured = 0

const capturing = setInterval(() => {
  const count = Math.ceil((perSecond * TICK_MS) / 1_000)
  appendFileSync(logPath, `${captured} ${captured + count} ${performance.now()}\n`)
  for (let at = 0; at < count; at++) capture()
  appendFileSync(logPath, `${captured} ${captured} ${performance.now()}\n`)
}, TICK_MS)
const reporting = setInterval(() => report(false), 500)
process.on('exit', () => report(true))

const commands = createInterface({ input: process.stdin })
commands.on('line', (line) => obey(JSON.parse(line) as ProducerCommand))
let ending = false
commands.on('close', () => {
  // Whoever started this process has gone.
  if (!ending) process.exit(1)
})

function obey(command: ProducerCommand): void {
  switch (command.kind) {
    case 'rest':
      return clearInterval(capturing)
    case 'jumpClock':
      jumpedMs += command.byMs
      return
    case 'end':
      ending = true
      clearInterval(capturing)
      clearInterval(reporting)
      process.stdin.destroy()
      if (command.how === 'exit') process.exit(0)
      if (command.how === 'close') void recorder.close()
      return
    default:
      command satisfies never
  }
}

function capture(): void {
  const request = toRequest(name, captured++)
  const exchange = makeExchange(request, socket)
  recorder.observe({ request: exchange.request, response: exchange.response, source: exchange.request, url: request.path, route: () => request.route })
  finish(exchange)
  exchange.response.emit('close')
}

function getUserId(request: { readonly headers: Readonly<Record<string, unknown>> }): string {
  return String(request.headers['x-user'])
}

function report(final: boolean): void {
  const { captured, delivered, pending, dropped, shed } = recorder.stats()
  writeSync(1, `${JSON.stringify({ captured, delivered, pending, dropped, shed, problems: [...problems], ...host.felt(), final } satisfies ProducerReport)}\n`)
}
