import assert from 'node:assert/strict'
import type { ApiEvent } from '@wayside/protocol'
import { OWN_WORK_MS } from '../contract-app.ts'
import type { ContractCase } from '../contract-case.ts'
import { withSession, type Upstream } from '../contract-session.ts'

const JSON_BODY = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"a":1}' }

/** Time that an exchange waits for other services is told apart from its own. */
export const upstreamCases: readonly ContractCase[] = [
  {
    name: 'counts a fetch that follows a parsed body and an await',
    run: (harness) =>
      withSession(harness, {}, async ({ send, event, upstream }) => {
        const { status } = await send('/upstream/after-body', JSON_BODY)
        assert.equal(status, 200)
        waitedFor(await event(), 1, upstream)
      }),
  },
  {
    name: 'counts calls that run side by side once',
    run: (harness) =>
      withSession(harness, {}, async ({ send, event, upstream }) => {
        await send('/upstream/parallel')
        const recorded = await event()
        waitedFor(recorded, 3, upstream)
        const ownUs = (recorded.durationUs ?? 0) - (recorded.upstreamUs ?? 0)
        assert.ok(ownUs >= (OWN_WORK_MS - 2) * 1_000, `${ownUs} µs of its own`)
      }),
  },
  {
    name: "counts a call on a reused agent's socket for the exchange that makes it",
    run: (harness) =>
      withSession(harness, {}, async ({ send, events, upstream }) => {
        await send('/upstream/agent')
        const { body } = await send('/upstream/agent')
        assert.deepEqual(JSON.parse(body.toString()), { reused: true })
        for (const event of await events(2)) waitedFor(event, 1, upstream)
      }),
  },
  {
    name: 'does not mix the upstream time of exchanges that overlap',
    run: (harness) =>
      withSession(harness, {}, async ({ send, events, upstream }) => {
        await Promise.all([
          send('/upstream/parallel'),
          send('/upstream/after-body', JSON_BODY),
          send('/flat/1'),
          send('/upstream/agent'),
          send('/upstream/parallel'),
        ])
        const calls = Object.fromEntries((await events(5)).map((event) => [event.path, event.upstreamCount ?? 0]))
        assert.deepEqual(calls, { '/upstream/parallel': 3, '/upstream/after-body': 1, '/flat/1': 0, '/upstream/agent': 1 })
        assert.equal(upstream.requests, 8)
      }),
  },
  {
    name: 'does not take its own deliveries for calls of the app',
    run: (harness) =>
      withSession(harness, {}, async ({ app, send, events }) => {
        await Promise.all([send('/stream'), app.analytics[0]?.flush()])
        await send('/flat/1')
        for (const event of await events(2)) assert.equal(event.upstreamCount ?? 0, 0)
      }),
  },
]

function waitedFor({ upstreamCount, upstreamUs, durationUs }: ApiEvent, calls: number, { delayMs }: Upstream): void {
  assert.equal(upstreamCount, calls)
  const waitedUs = upstreamUs ?? 0
  // Timers may fire a millisecond early.
  assert.ok(waitedUs >= (delayMs - 2) * 1_000, `waited ${waitedUs} µs`)
  assert.ok(waitedUs <= (durationUs ?? 0), `waited ${waitedUs} µs of ${durationUs} µs`)
}
