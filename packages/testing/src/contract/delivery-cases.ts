import assert from 'node:assert/strict'
import { createServer } from 'node:net'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import type { ContractCase } from '../contract-case.ts'
import { withSession } from '../contract-session.ts'

/** What was observed is delivered when asked, and trouble with that stays out of the app. */
export const deliveryCases: readonly ContractCase[] = [
  {
    name: 'delivers everything on flush and tells how much',
    run: (harness) =>
      withSession(harness, { mounts: [{ flushIntervalMs: 600_000 }] }, async ({ app, send, events }) => {
        for (let at = 0; at < 25; at++) await send(`/flat/${at}`)
        await events(25)
        const stats = app.analytics[0]?.stats()
        assert.deepEqual([stats?.captured, stats?.delivered, stats?.pending], [25, 25, 0])
      }),
  },
  {
    name: 'delivers everything on close and records nothing after it',
    run: (harness) =>
      withSession(harness, { mounts: [{ flushIntervalMs: 600_000 }] }, async ({ app, send, receiver }) => {
        for (let at = 0; at < 5; at++) await send(`/flat/${at}`)
        const [analytics] = app.analytics
        assert.ok(analytics)
        const { pending, dropped } = await analytics.close()
        assert.deepEqual({ pending, dropped }, { pending: 0, dropped: 0 })
        const delivered = receiver.events().length
        const { status } = await send('/flat/after')
        assert.equal(status, 200)
        await analytics.close()
        assert.equal(receiver.events().length, delivered)
      }),
  },
  {
    name: 'delivers by itself when the interval has passed',
    run: (harness) =>
      withSession(harness, { mounts: [{ flushIntervalMs: 100 }] }, async ({ send, receiver }) => {
        await send('/flat/1')
        const deadline = performance.now() + 5_000
        while (receiver.events().length === 0 && performance.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 10))
        assert.equal(receiver.events().length, 1)
      }),
  },
  ...(
    [
      ['refuses connections', { port: 'closed' }],
      ['never answers', { port: 'silent' }],
    ] as const
  ).map(
    ([how, { port }]): ContractCase => ({
      name: `leaves the app alone when the receiver ${how}`,
      run: (harness) =>
        withDeadReceiver(port === 'silent', (serverUrl) =>
          withSession(harness, { mounts: [{ serverUrl, requestTimeoutMs: 100, flushIntervalMs: 100, onError: () => {} }] }, async ({ app, send }) => {
            await failsOnStrayRejection(async () => {
              for (let at = 0; at < 20; at++) assert.equal((await send(`/flat/${at}`)).status, 200)
              const result = await app.analytics[0]?.flush({ timeoutMs: 300 })
              assert.equal(result?.delivered, 0)
              await app.analytics[0]?.close({ timeoutMs: 100 })
            })
          }),
        ),
    }),
  ),
  {
    name: 'leaves the app alone when the receiver answers with errors',
    run: (harness) =>
      withSession(harness, { mounts: [{ flushIntervalMs: 100, onError: () => {} }] }, async ({ app, send, receiver }) => {
        receiver.answerWith({ kind: 'status', status: 500, body: 'no JSON' })
        await failsOnStrayRejection(async () => {
          for (let at = 0; at < 20; at++) assert.equal((await send(`/flat/${at}`)).status, 200)
          await app.analytics[0]?.flush({ timeoutMs: 200 })
        })
        assert.equal(app.analytics[0]?.stats().delivered, 0)
      }),
  },
]

/** A port that refuses connections, or one that accepts them and says nothing. */
async function withDeadReceiver(silent: boolean, work: (serverUrl: string) => Promise<void>): Promise<void> {
  const server = createServer((socket) => socket.on('error', () => {}))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  if (!silent) server.close()
  try {
    await work(`http://127.0.0.1:${port}`)
  } finally {
    if (silent) server.close()
  }
}

async function failsOnStrayRejection(work: () => Promise<void>): Promise<void> {
  const strays: unknown[] = []
  const note = (reason: unknown) => strays.push(reason)
  process.on('unhandledRejection', note)
  try {
    await work()
  } finally {
    process.off('unhandledRejection', note)
  }
  assert.deepEqual(strays, [])
}
