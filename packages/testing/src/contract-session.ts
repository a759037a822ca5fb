import assert from 'node:assert/strict'
import { once } from 'node:events'
import { Agent, createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Options } from '@wayside/core'
import type { ApiEvent } from '@wayside/protocol'
import type { AdapterHarness, AnalyticsMount, RunningApp } from './adapter-harness.ts'
import { createContractApp } from './contract-app.ts'
import { createFakeReceiver, type FakeReceiver } from './fake-receiver.ts'
import { createGate, type Gate } from './gate.ts'
import { send, type ClientRequest, type ClientResponse } from './loopback-client.ts'

export interface SessionSetup {
  /** Options of each mount; `serverUrl` is set to the receiver where they do not set it. One plain mount by default. */
  readonly mounts?: readonly MountSetup[]
  /** @default false */
  readonly answersErrors?: boolean
}

/** Options of one mount; `TEST_KEY` is its key unless they name one. */
export type MountSetup = Options<unknown>

/** The contract's app, listening, with a receiver for its batches. */
export interface Session {
  readonly app: RunningApp
  readonly receiver: FakeReceiver
  readonly gate: Gate
  readonly upstream: Upstream
  send(path: string, request?: ClientRequest): Promise<ClientResponse>
  /** Flushes until `count` events have arrived, in the order of `seq`; one more than that fails. */
  events(count: number): Promise<readonly ApiEvent[]>
  /** The one event that has arrived. */
  event(): Promise<ApiEvent>
}

/** The API that the app calls: answers `upstream` after a while. */
export interface Upstream {
  readonly delayMs: number
  readonly requests: number
}

export const TEST_KEY = 'contract-key'

/** Runs `work` against a fresh app and takes everything down afterwards. */
export async function withSession(
  harness: AdapterHarness,
  setup: SessionSetup,
  work: (session: Session) => Promise<void>,
): Promise<void> {
  const receiver = await createFakeReceiver()
  const upstream = await startUpstream()
  const upstreamAgent = new Agent({ keepAlive: true, maxSockets: 1 })
  const gate = createGate()
  const world = { upstreamUrl: upstream.url, upstreamAgent, gate }
  const { mounts = [{}], answersErrors = false } = setup
  const app = await harness.start(
    createContractApp(harness, world, answersErrors),
    mounts.map((mount) => toMount(mount, receiver.url)),
  )
  try {
    await work(openSession(app, receiver, gate, upstream))
  } finally {
    await app.stop()
    await Promise.all(app.analytics.map((analytics) => analytics.close({ timeoutMs: 1_000 })))
    upstreamAgent.destroy()
    await Promise.all([receiver.close(), upstream.stop()])
  }
}

function toMount({ apiKey = TEST_KEY, ...options }: MountSetup, serverUrl: string): AnalyticsMount {
  return { apiKey, options: { serverUrl, ...options } }
}

function openSession(app: RunningApp, receiver: FakeReceiver, gate: Gate, upstream: Upstream): Session {
  const session: Session = {
    app,
    receiver,
    gate,
    upstream,
    send: (path, request) => send(app.port, path, request),
    async events(count) {
      const deadline = performance.now() + 3_000
      do {
        await Promise.all(app.analytics.map((analytics) => analytics.flush()))
        if (receiver.events().length >= count) break
        // The server's side of an exchange closes some turns after its client has read the answer.
        await nextTurn()
      } while (performance.now() < deadline)
      const events = receiver.events().toSorted((one, other) => one.seq - other.seq)
      const seen = events.map(({ method, path, status }) => `${method} ${path} ${status}`)
      assert.equal(events.length, count, `expected ${count} events, got ${events.length}: ${seen.slice(0, 20).join(', ')}`)
      return events
    },
    async event() {
      const [event] = await session.events(1)
      assert.ok(event)
      return event
    },
  }
  return session
}

async function startUpstream(): Promise<Upstream & { readonly url: string; stop(): Promise<void> }> {
  const delayMs = 40
  let requests = 0
  const server: Server = createServer((_request, response) => {
    requests++
    setTimeout(() => response.end('upstream'), delayMs)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    delayMs,
    get requests() {
      return requests
    },
    url: `http://127.0.0.1:${port}/`,
    async stop() {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}
