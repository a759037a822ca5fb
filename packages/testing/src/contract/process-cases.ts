import assert from 'node:assert/strict'
import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { extname } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { AdapterHarness, AnalyticsMount } from '../adapter-harness.ts'
import { FLOOD_BYTES } from '../contract-app.ts'
import type { ContractCase } from '../contract-case.ts'
import { TEST_KEY } from '../contract-session.ts'
import { createFakeReceiver } from '../fake-receiver.ts'
import { openRaw, send } from '../loopback-client.ts'

/** What only a process of its own shows: that it ends, and what it holds. */
export const processCases: readonly ContractCase[] = [
  {
    name: 'lets the process end by itself when the server has stopped',
    run: async (harness) => {
      const receiver = await createFakeReceiver()
      await withChild(harness, [toMount(receiver.url)], endsByItself)
      await receiver.close()
    },
  },
  {
    name: 'lets the process end by itself while the receiver never answers',
    run: async (harness) => {
      const receiver = await createFakeReceiver({ kind: 'silence' })
      await withChild(harness, [toMount(receiver.url)], endsByItself)
      await receiver.close()
    },
  },
  {
    name: 'holds at most 8 MB more than the bare app while a slow client reads 100 MB',
    run: async (harness) => {
      const receiver = await createFakeReceiver()
      // Nothing is delivered meanwhile: the first delivery compiles the HTTP client's parser, which takes some 25 MB for a
      // moment on Node 20 and is no part of what a stream holds.
      const quiet = toMount(receiver.url, 600_000)
      const more: number[] = []
      // The collector's timing moves a measurement by some MB; a middleware that buffers adds tens of MB each time.
      while (more.length < 3 && !more.some((bytes) => bytes <= MORE_BYTES)) {
        const bare = await withChild(harness, [], floodGrowth)
        more.push((await withChild(harness, [quiet], floodGrowth)) - bare)
      }
      await receiver.close()
      assert.ok(Math.min(...more) <= MORE_BYTES, `held ${more.map((bytes) => `${(bytes / 2 ** 20).toFixed(1)} MiB`).join(', ')} more`)
    },
  },
]

const MORE_BYTES = 8 * 1024 * 1024
const EXIT_DEADLINE_MS = 5_000

interface ChildApp {
  readonly port: number
  /** Memory that the process holds now. */
  rssBytes(): Promise<number>
  /** Stops the server; resolves with the exit code when the process has ended, `null` when it has not in time. */
  stop(): Promise<number | null>
}

function toMount(serverUrl: string, flushIntervalMs = 100): AnalyticsMount {
  return { apiKey: TEST_KEY, options: { serverUrl, flushIntervalMs } }
}

async function endsByItself(child: ChildApp): Promise<void> {
  for (let at = 0; at < 20; at++) assert.equal((await send(child.port, `/flat/${at}`)).status, 200)
  assert.equal(await child.stop(), 0)
}

/** How far the process grew, while the flood was under way, beyond its size after a first request. */
async function floodGrowth(child: ChildApp): Promise<number> {
  await send(child.port, '/stream')
  const before = await child.rssBytes()
  let most = before
  await readSlowly(child.port, async () => {
    most = Math.max(most, await child.rssBytes())
  })
  await child.stop()
  return most - before
}

/** Pauses a tenth of a second for each 8 MB: far slower than the server makes them. */
async function readSlowly(port: number, inPause: () => Promise<void>): Promise<void> {
  const socket = await openRaw(port, 'GET /flood HTTP/1.1\nHost: a\nConnection: close\n\n')
  let bytes = 0
  let sincePause = 0
  for await (const chunk of socket) {
    bytes += chunk.length
    sincePause += chunk.length
    if (sincePause < 8 * 1024 * 1024) continue
    sincePause = 0
    await delay(100)
    await inPause()
  }
  assert.ok(bytes > FLOOD_BYTES)
}

async function withChild<Result>(
  harness: AdapterHarness,
  mounts: readonly AnalyticsMount[],
  work: (child: ChildApp) => Promise<Result>,
): Promise<Result> {
  const extension = extname(fileURLToPath(import.meta.url))
  const script = new URL(extension === '.ts' ? '../child-app.ts' : `./child-app${extension}`, import.meta.url)
  const child = fork(script, [harness.module, harness.name, JSON.stringify(mounts)], {
    execArgv: extension === '.ts' ? ['--conditions=@wayside/source'] : [],
  })
  try {
    const [port] = await once(child, 'message')
    return await work(toChildApp(child, port))
  } finally {
    child.kill('SIGKILL')
  }
}

function toChildApp(child: ChildProcess, port: number): ChildApp {
  return {
    port,
    async rssBytes() {
      const answered = once(child, 'message')
      child.send('memory')
      return (await answered)[0]
    },
    async stop() {
      const ended = once(child, 'exit')
      child.send('stop')
      const outcome = await Promise.race([ended, delay(EXIT_DEADLINE_MS, null, { ref: false })])
      return outcome === null ? null : outcome[0]
    },
  }
}
