import type { IncomingMessage, RequestListener } from 'node:http'
import { connect, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'
import { createRecorder, type Observation, type Options, type Recorder } from '../src/index.ts'
import { listen } from './receiver.ts'

export type AppOptions = Options<IncomingMessage>
export type Handler = (...args: [...Parameters<RequestListener>, Observation | null]) => void

export interface App {
  readonly url: string
  readonly recorder: Recorder<IncomingMessage>
}

export function startRecorder(options: AppOptions): Recorder<IncomingMessage> {
  const recorder = createRecorder<IncomingMessage>({ framework: 'node', sdk: '@wayside/core/0.0.0', apiKey: options.apiKey ?? 'ingest-key', options })
  onTestFinished(async () => void (await recorder.close({ timeoutMs: 0 })))
  return recorder
}

/** A plain Node app that is observed; `before` sees each request earlier than we do. */
export async function startApp(
  options: AppOptions,
  handler: Handler,
  route: string | null = null,
  before: (request: IncomingMessage) => void = () => undefined,
): Promise<App> {
  const recorder = startRecorder(options)
  const listener = observed(recorder, handler, route)
  const url = await listen((request, response) => {
    before(request)
    listener(request, response)
  })
  return { url, recorder }
}

export function observed(recorder: Recorder<IncomingMessage>, handler: Handler, route: string | null = null): RequestListener {
  return (request, response) => {
    const observation = recorder.observe({ request, response, source: request, url: request.url ?? '/', route: () => route })
    if (observation === null) handler(request, response, null)
    else observation.run(() => handler(request, response, observation))
  }
}

/** A connection on which a test writes HTTP by hand. */
export function rawConnection(url: string): Socket {
  const socket = connect(Number(new URL(url).port), '127.0.0.1')
  socket.on('error', () => undefined)
  onTestFinished(() => void socket.destroy())
  return socket
}

/** Resolves when a recorder has captured so many exchanges. */
export async function captured(recorder: Recorder<never>, count: number): Promise<void> {
  while (recorder.stats().captured < count) await new Promise((resolve) => setImmediate(resolve))
}
