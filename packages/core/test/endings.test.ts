import { describe, expect, test, vi } from 'vitest'
import type { IncomingMessage } from 'node:http'
import { createRecorder, type Options } from '../src/index.ts'
import { inParallel, makeFolder, runApp, startServer, type Server, type ServerState } from './endings.ts'
import type { Receiver } from './receiver.ts'

// Each test runs apps in processes of their own, on the sources, and looks at what is left of their events when they have
// ended. To start one takes seconds on a busy machine.
// Promises with a time in them are kept on a machine that has time: what fails counts when it fails three times.
vi.setConfig({ testTimeout: 120_000 })

const REQUESTS = 20
const ALL = Array.from({ length: REQUESTS }, (_, seq) => seq)
const WITHOUT_SIGNAL = ['natural', 'process.exit', 'uncaught exception', 'unhandled rejection']
const SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP']
/** A busy machine needs time of its own; the promises are about what Wayside adds. */
const SLACK_MS = 800

const STATES: readonly ServerState[] = ['healthy', 'down', 'blackhole']

describe.each(STATES)('with a server that is %s', { retry: 2 }, (state) => {
  test('row 22: the exit code or signal is what it is without Wayside, whatever ends the process', async () => {
    const { url } = await startServer(state)
    await inParallel([...WITHOUT_SIGNAL, ...SIGNALS, 'SIGKILL', 'SIGTERM beside a listener'], async (ending) => {
      const observed = await runApp(ending, 1, { serverUrl: url })
      expect([ending, observed.how]).toEqual([ending, await withoutWayside(ending)])
    })
  })

  test(`row 22, promise: natural exit, spool off: ${state === 'healthy' ? '0 lost, within 1 s' : 'holds the process for 1.2 s at most'}`, async () => {
    const server = await startServer(state)
    const { how, tookMs } = await runApp('natural', REQUESTS, { serverUrl: server.url })
    expect(how).toBe(0)
    expect(tookMs).toBeLessThan(1_200 + SLACK_MS)
    if (state !== 'healthy') return
    const { events, attempts } = await server.heal()
    expect(seqsOf(events)).toEqual(ALL)
    expect(attempts.at(-1)?.batch.head.books).toMatchObject({ captured: REQUESTS, dropped: {}, closed: true })
  })

  test('row 22, promise: process.exit and uncaught, spool off: what waits goes with an open connection, and nothing is waited for', async () => {
    if (state !== 'healthy') return // There is no connection that has brought a receipt.
    await inParallel(['process.exit, later', 'uncaught exception, later'], async (ending) => {
      const server = await startServer(state)
      expect(await runApp(ending, REQUESTS / 2, { serverUrl: server.url, flushIntervalMs: 60_000 })).toMatchObject({ how: ending.startsWith('process') ? 3 : 1 })
      const { events, attempts } = await server.heal()
      await vi.waitFor(() => expect([ending, seqsOf(events)]).toEqual([ending, ALL]))
      expect(attempts.at(-1)?.batch.head.books).toMatchObject({ captured: REQUESTS, dropped: {}, closed: true })
    })
  })

  test('row 22, promise: signals, spool off: nothing is waited for, nor at process.exit and errors', async () => {
    const { url } = await startServer(state)
    await inParallel(['process.exit', 'uncaught exception', 'unhandled rejection', ...SIGNALS], async (ending) => {
      const { tookMs } = await runApp(ending, REQUESTS, { serverUrl: url })
      expect(tookMs).toBeLessThan(SLACK_MS)
    })
  })

  test('row 22, promise: natural exit, process.exit and uncaught, spool overflow: 0 lost of what 50 ms can write', async () => {
    await inParallel(WITHOUT_SIGNAL, async (ending) => {
      const server = await startServer(state)
      const folder = await makeFolder()
      const { tookMs } = await runApp(ending, REQUESTS, { serverUrl: server.url, spool: { folder } })
      expect(tookMs).toBeLessThan((ending === 'natural' ? 1_200 : 50) + SLACK_MS)
      expect([ending, await storedAfterwards(server, folder)]).toEqual([ending, ALL])
    })
  })

  test('row 22, promise: a signal with flushOnSignals: 0 lost with a healthy server or the spool, within 2 s, and the process ends by the signal', async () => {
    await inParallel(SIGNALS, async (ending) => {
      const server = await startServer(state)
      const folder = await makeFolder()
      const { how, tookMs } = await runApp(ending, REQUESTS, { serverUrl: server.url, flushOnSignals: true, spool: state === 'healthy' ? 'off' : { folder } })
      expect(how).toBe(ending)
      expect(tookMs).toBeLessThan(2_000 + SLACK_MS)
      expect([ending, await storedAfterwards(server, folder)]).toEqual([ending, ALL])
    })
  })

  test("row 24: the app's own listeners for the end run, and what they record is delivered too", async () => {
    const server = await startServer(state)
    const folder = await makeFolder()
    const { how } = await runApp('natural, with listeners', REQUESTS - 1, { serverUrl: server.url, spool: { folder } })
    expect(how).toBe(9)
    expect(await storedAfterwards(server, folder)).toEqual(ALL)
  })

  test('row 24, promise: a signal with flushOnSignals beside a listener of the app: the app decides, and what waits is delivered meanwhile', async () => {
    const server = await startServer(state)
    const { how, tookMs } = await runApp('SIGTERM beside a listener', REQUESTS, { serverUrl: server.url, flushOnSignals: true })
    expect(how).toBe(7)
    expect(tookMs).toBeLessThan(500 + SLACK_MS)
    if (state === 'healthy') expect(seqsOf((await server.heal()).events)).toEqual(ALL)
  })

  test('row 22, promise: close() at the end of an app: 0 lost with a healthy server or the spool, within 2 s', async () => {
    const server = await startServer(state)
    const folder = await makeFolder()
    const { how, tookMs } = await runApp('close', REQUESTS, { serverUrl: server.url, spool: { folder } })
    expect(how).toBe(0)
    expect(tookMs).toBeLessThan(2_000 + SLACK_MS)
    expect(await storedAfterwards(server, folder)).toEqual(ALL)
  })

  test('row 22, promise: kill -9 of the app, spool always: nothing is lost but what was captured in its last moments', async () => {
    const server = await startServer(state)
    const folder = await makeFolder()
    expect(await runApp('SIGKILL', REQUESTS, { serverUrl: server.url, spool: { mode: 'always', folder } })).toMatchObject({ how: 'SIGKILL' })
    expect(await storedAfterwards(server, folder)).toEqual(ALL)
  })
})

/** How the app ends with Wayside turned off; run once for each ending. */
async function withoutWayside(ending: string): Promise<number | string | null> {
  const known = controls.get(ending) ?? (await runApp(ending, 1, { enabled: false })).how
  controls.set(ending, known)
  return known
}

const controls = new Map<string, number | string | null>()

/** The seqs that the server holds, each once, when it works and a later process has delivered what the first one had left. */
async function storedAfterwards(server: Server, folder: string): Promise<number[]> {
  const receiver = await server.heal()
  const recorder = createRecorder<IncomingMessage>({ framework: 'node', sdk: 'test/1', apiKey: 'key', options: later(server.url, folder) })
  const untilMs = performance.now() + 10_000
  while (seqsOf(receiver.events).length < REQUESTS && performance.now() < untilMs) await new Promise((resolve) => setTimeout(resolve, 20))
  await recorder.close()
  return seqsOf(receiver.events)
}

function later(serverUrl: string, folder: string): Options<IncomingMessage> {
  return { serverUrl, spool: { folder }, onError: () => undefined }
}

/** The seqs in order, each once: what the server's ledger keeps of a batch that came twice. */
function seqsOf(events: Receiver['events']): number[] {
  return [...new Set(events.map(({ seq }) => seq))].sort((a, b) => a - b)
}
