import assert from 'node:assert/strict'
import { once } from 'node:events'
import { BIG_BYTES } from '../contract-app.ts'
import type { ContractCase } from '../contract-case.ts'
import { withSession } from '../contract-session.ts'
import { openRaw, readToEnd, readUntil } from '../loopback-client.ts'

/** A client that leaves is recorded as one that left. */
export const abortCases: readonly ContractCase[] = [
  {
    name: 'records a client that leaves before the headers',
    run: (harness) =>
      withSession(harness, {}, async ({ app, event }) => {
        const arrived = once(app.server, 'request')
        const socket = await openRaw(app.port, 'GET /slow HTTP/1.1\nHost: a\n\n')
        await arrived
        socket.destroy()
        const { route, status, outcome } = await event()
        assert.deepEqual({ route, status, outcome }, { route: '/slow', status: 499, outcome: 'aborted_before_headers' })
      }),
  },
  {
    name: 'records a client that leaves in the middle of the body',
    run: (harness) =>
      withSession(harness, {}, async ({ app, event }) => {
        const socket = await openRaw(app.port, 'GET /endless HTTP/1.1\nHost: a\n\n')
        await readUntil(socket, 'more')
        socket.destroy()
        const { route, status, outcome, responseBytes } = await event()
        assert.deepEqual({ route, status, outcome }, { route: '/endless', status: 499, outcome: 'aborted_mid_body' })
        assert.ok((responseBytes ?? 0) >= 4)
      }),
  },
  {
    name: 'records a 50 MB answer that its client resets as aborted',
    run: (harness) =>
      withSession(harness, {}, async ({ app, event }) => {
        const socket = await openRaw(app.port, 'GET /big HTTP/1.1\nHost: a\n\n')
        await once(socket, 'data')
        socket.resetAndDestroy()
        const { route, status, outcome } = await event()
        assert.deepEqual({ route, status, outcome }, { route: '/big', status: 499, outcome: 'aborted_mid_body' })
      }),
  },
  {
    name: 'records a 50 MB answer that is read to its end as completed',
    run: (harness) =>
      withSession(harness, {}, async ({ send, event }) => {
        const { body } = await send('/big')
        const { status, outcome, responseBytes } = await event()
        assert.equal(body.length, BIG_BYTES)
        assert.deepEqual({ status, outcome, responseBytes }, { status: 200, outcome: 'completed', responseBytes: BIG_BYTES })
      }),
  },
  {
    name: 'records a client that closes its sending half as completed',
    run: (harness) =>
      withSession(harness, {}, async ({ app, event }) => {
        const socket = await openRaw(app.port, 'GET /flat/1 HTTP/1.1\nHost: a\nConnection: close\n\n')
        await readToEnd(socket)
        assert.equal((await event()).outcome, 'completed')
      }),
  },
]
