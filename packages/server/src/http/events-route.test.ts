import { request } from 'node:http'
import { gzipSync } from 'node:zlib'
import { LIMITS } from '@wayside/protocol'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { sampleBatch } from '../testing/sample-batch.ts'
import { sampleEvent } from '../testing/sample.ts'
import { startTestServer, type Body, type TestServer } from '../testing/start-test-server.ts'

function twoEvents(time = Date.now()): string {
  return JSON.stringify(
    sampleBatch([
      sampleEvent({ seq: 1, time, durationUs: 1_200 }),
      sampleEvent({ seq: 2, time: time + 5, status: 500 }),
    ]),
  )
}

async function send(
  server: TestServer,
  key: string,
  body: Body,
  headers: Record<string, string> = {},
): Promise<Response> {
  return server.post('/api/v1/events', body, { authorization: `Bearer ${key}`, ...headers })
}

describe('a batch of events', () => {
  test('is stored and told so, plain or gzip, and counts once however often it comes', async () => {
    const server = await startTestServer()
    const key = await server.key('ingest')
    const json = twoEvents()

    const first = await send(server, key, json)
    const second = await send(server, key, new Uint8Array(gzipSync(json)), { 'content-encoding': 'gzip' })
    await server.drain()
    const listed = await server.get('/api/v1/requests', await server.key('read'))

    expect(first.status).toBe(200)
    expect(await first.json()).toEqual({ ack: 'durable', accepted: 2, duplicates: 0, rejected: [] })
    expect(await second.json()).toEqual({ ack: 'durable', accepted: 0, duplicates: 2, rejected: [] })
    expect(await listed.json()).toMatchObject({
      requests: [{ status: 500 }, { status: 200, path: '/users/42', durationUs: 1_200 }],
      nextCursor: null,
      listedSince: null,
    })
  })

  test('loses a faulty event and keeps the others', async () => {
    const server = await startTestServer()
    const batch = sampleBatch([sampleEvent({ seq: 1 }), sampleEvent({ seq: 2 })])

    const answer = await send(
      server,
      await server.key('ingest'),
      JSON.stringify({ ...batch, columns: { ...batch.columns, status: [200, 7] } }),
    )

    expect(await answer.json()).toMatchObject({ accepted: 1, rejected: [{ seq: 2, field: 'status' }] })
  })

  test("is shifted by what the sender's clock is off", async () => {
    const server = await startTestServer()
    const hourAgo = Date.now() - 3_600_000

    await send(server, await server.key('ingest'), twoEvents(hourAgo), { 'x-wayside-sent-at': String(hourAgo) })
    await server.drain()
    const { requests } = (await (await server.get('/api/v1/requests', await server.key('read'))).json()) as {
      requests: { time: number; timeAdjusted: boolean }[]
    }

    expect(requests[0]?.timeAdjusted).toBe(true)
    expect(Math.abs((requests[0]?.time ?? 0) - Date.now())).toBeLessThan(60_000)
  })
})

describe('a hostile body', () => {
  const cases: readonly {
    readonly name: string
    readonly body: () => Body
    readonly headers?: Record<string, string>
    readonly status: number
  }[] = [
    { name: 'that is no JSON', body: () => '{"v":', status: 400 },
    { name: 'that is empty', body: () => '', status: 400 },
    { name: 'that is no batch', body: () => '[]', status: 400 },
    { name: 'that is no UTF-8', body: () => new Uint8Array([0x22, 0xff, 0xfe, 0x22]), status: 400 },
    { name: 'of two million brackets', body: () => '['.repeat(2_000_000), status: 400 },
    { name: 'that claims gzip and is none', body: () => 'x', headers: { 'content-encoding': 'gzip' }, status: 400 },
    {
      name: 'whose gzip is cut',
      body: () => new Uint8Array(gzipSync('{}').subarray(0, 10)),
      headers: { 'content-encoding': 'gzip' },
      status: 400,
    },
    { name: 'in an encoding that is not taken', body: () => 'x', headers: { 'content-encoding': 'br' }, status: 415 },
    {
      name: 'that inflates to 200 MB',
      body: () => new Uint8Array(gzipSync(Buffer.alloc(200_000_000))),
      headers: { 'content-encoding': 'gzip' },
      status: 413,
    },
    { name: 'over the limit as sent', body: () => 'x'.repeat(LIMITS.bodyBytes + 1), status: 413 },
  ]

  test.each(cases)('$name is answered with $status and a problem document', async ({ body, headers, status }) => {
    const server = await startTestServer()

    const answer = await send(server, await server.key('ingest'), body(), headers)

    expect(answer.status).toBe(status)
    expect(answer.headers.get('content-type')).toContain('application/problem+json')
    expect(await answer.json()).toMatchObject({ status, detail: expect.any(String) })
  })

  test('with names of the prototype changes nothing', async () => {
    const server = await startTestServer()

    await send(server, await server.key('ingest'), `{"__proto__":{"polluted":true},${twoEvents().slice(1)}`)

    expect('polluted' in {}).toBe(false)
  })

  test('of any bytes is never a failure of ours', async () => {
    const server = await startTestServer()
    const key = await server.key('combined')
    const valid = twoEvents()
    const mutated = fc
      .tuple(fc.nat(valid.length), fc.nat(20), fc.string({ maxLength: 20 }))
      .map(([at, length, text]) => valid.slice(0, at) + text + valid.slice(at + length))
    const anyBytes = fc.uint8Array({ maxLength: 200 }).map((bytes) => new Uint8Array(bytes))

    await fc.assert(
      fc.asyncProperty(
        fc.oneof(mutated, fc.json(), anyBytes),
        fc.constantFrom({}, { 'content-encoding': 'gzip' }),
        async (body, headers) => {
          const answer = await send(server, key, body, headers)
          expect([200, 400, 413]).toContain(answer.status)
        },
      ),
      { numRuns: 200 },
    )
    expect(server.log.filter((line) => line.includes('"level":"error"'))).toEqual([])
  })

  test('without a length ends at the limit', async () => {
    const server = await startTestServer()
    const key = await server.key('ingest')

    const status = await new Promise((resolve, reject) => {
      const sent = request(
        `${server.url}/api/v1/events`,
        { method: 'POST', headers: { authorization: `Bearer ${key}` } },
        (answer) => {
          resolve(answer.statusCode)
          sent.destroy()
        },
      )
      sent.on('error', reject)
      const chunk = Buffer.alloc(1_000_000, 'x')
      for (let at = 0; at < 10; at++) sent.write(chunk)
    })

    expect(status).toBe(413)
  })
})

describe('an error', () => {
  test('says where the address takes another method, and where there is nothing', async () => {
    const server = await startTestServer()

    const wrongMethod = await fetch(`${server.url}/api/v1/events`, { method: 'PUT' })
    const nothing = await server.get('/nothing?secret=1')

    expect([wrongMethod.status, wrongMethod.headers.get('allow')]).toEqual([405, 'POST'])
    expect(nothing.status).toBe(404)
    expect(await nothing.text()).not.toContain('secret')
  })

  test('shows what was wrong as JSON, cut to a length', async () => {
    const server = await startTestServer()
    const script = `<script>${'x'.repeat(1_000)}`

    const answer = await server.get(`/api/v1/overview?period=${encodeURIComponent(script)}`, await server.key('read'))

    const { detail } = (await answer.json()) as { detail: string }
    expect(answer.status).toBe(400)
    expect(detail).toContain('1h, 24h, 7d, 30d; got "<script>xxx')
    expect(detail.length).toBeLessThan(250)
  })
})
