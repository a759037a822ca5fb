import assert from 'node:assert/strict'
import { STREAM } from '../contract-app.ts'
import type { ContractCase } from '../contract-case.ts'
import { withSession } from '../contract-session.ts'
import { openRaw, readUntil } from '../loopback-client.ts'

/** Sizes are bytes of the body, exact, however they travel; durations last until the end. */
export const sizeCases: readonly ContractCase[] = [
  {
    name: 'counts the bytes of a JSON body both ways',
    run: (harness) =>
      withSession(harness, {}, async ({ send, event }) => {
        const sent = '{"a":1,"b":"\u00fc"}'
        const { body } = await send('/v1/echo', { method: 'POST', headers: { 'content-type': 'application/json' }, body: sent })
        const { requestBytes, responseBytes, route } = await event()
        assert.deepEqual(
          { route, requestBytes, responseBytes },
          { route: '/v1/echo', requestBytes: Buffer.byteLength(sent), responseBytes: body.length },
        )
      }),
  },
  {
    name: 'counts the bytes of a chunked request body',
    run: (harness) =>
      withSession(harness, {}, async ({ send, event }) => {
        const chunks = ['{"a":', '1,"list":', '[1,2,3]}']
        const { body } = await send('/v1/echo', { method: 'POST', headers: { 'content-type': 'application/json' }, body: chunks })
        assert.deepEqual(JSON.parse(body.toString()), { received: { a: 1, list: [1, 2, 3] } })
        assert.equal((await event()).requestBytes, chunks.join('').length)
      }),
  },
  {
    name: 'counts a request without a body as 0 bytes',
    run: (harness) =>
      withSession(harness, {}, async ({ send, event }) => {
        await send('/json')
        assert.equal((await event()).requestBytes, 0)
      }),
  },
  ...['/json', '/bytes', '/flat/1', '/nope'].map(
    (path): ContractCase => ({
      name: `counts what ${path} answers to the byte`,
      run: (harness) =>
        withSession(harness, {}, async ({ send, event }) => {
          const { body } = await send(path)
          assert.equal((await event()).responseBytes, body.length)
        }),
    }),
  ),
  {
    name: 'counts a stream to the byte and lasts until its end',
    run: (harness) =>
      withSession(harness, {}, async ({ send, event }) => {
        const { body } = await send('/stream')
        const { responseBytes, durationUs, outcome } = await event()
        assert.equal(body.length, STREAM.chunks * STREAM.chunkBytes)
        assert.deepEqual({ responseBytes, outcome }, { responseBytes: body.length, outcome: 'completed' })
        assert.ok((durationUs ?? 0) >= STREAM.durationMs * 1_000, `took ${durationUs} µs`)
      }),
  },
  {
    name: 'counts a raw end',
    needs: ['rawResponse'],
    run: (harness) =>
      withSession(harness, {}, async ({ send, event }) => {
        await send('/raw')
        const { route, status, responseBytes } = await event()
        assert.deepEqual({ route, status, responseBytes }, { route: '/raw', status: 200, responseBytes: 3 })
      }),
  },
  {
    name: 'counts raw writes of text and bytes',
    needs: ['rawResponse'],
    run: (harness) =>
      withSession(harness, {}, async ({ send, event }) => {
        const { body, headers } = await send('/raw-chunks')
        const { status, responseBytes } = await event()
        assert.equal(headers['x-raw'], '1')
        assert.equal(body.toString(), 'onetwothree')
        assert.deepEqual({ status, responseBytes }, { status: 202, responseBytes: 11 })
      }),
  },
  {
    name: 'records server-sent events when their client leaves',
    needs: ['rawResponse'],
    run: (harness) =>
      withSession(harness, {}, async ({ app, event }) => {
        const socket = await openRaw(app.port, 'GET /sse HTTP/1.1\nHost: a\n\n')
        await readUntil(socket, 'data: 2')
        socket.destroy()
        const { route, outcome, responseBytes } = await event()
        assert.deepEqual({ route, outcome, responseBytes }, { route: '/sse', outcome: 'aborted_mid_body', responseBytes: 18 })
      }),
  },
]
