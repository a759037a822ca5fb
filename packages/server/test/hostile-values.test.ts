import { LIMITS, type ApiEvent } from '@wayside/protocol'
import { describe, expect, test } from 'vitest'
import { sampleBatch } from '../src/testing/sample-batch.ts'
import { sampleEvent } from '../src/testing/sample.ts'
import { startTestServer, type TestServer } from '../src/testing/start-test-server.ts'

const DAY_MS = 86_400_000

interface Row {
  readonly time: number
  readonly timeAdjusted: boolean
  readonly wallTime: number | null
  readonly path: string
  readonly route: string | null
  readonly userId: string | null
  readonly consumer: string | null
  readonly durationUs: number | null
  readonly requestBytes: number | null
  readonly tags: Record<string, string> | null
}

/** Sends events as JSON that a test may change before it goes out, and reads back what is stored, oldest seq first. */
async function store(server: TestServer, events: readonly Partial<ApiEvent>[], change = (json: string) => json) {
  const now = Date.now()
  const batch = sampleBatch(events.map((event, at) => sampleEvent({ seq: at + 1, time: now, ...event })))
  const answer = await send(server, change(JSON.stringify(batch)))
  const receipt: unknown = await answer.json()
  await server.drain()
  const listed = await server.get('/api/v1/requests?limit=1000', await server.key('read'))
  // Boundary: an answer of our own server.
  const { requests } = (await listed.json()) as { requests: (Row & { id: number })[] }
  return { status: answer.status, receipt, rows: requests.toSorted((a, b) => a.id - b.id) }
}

async function send(server: TestServer, body: string | Uint8Array<ArrayBuffer>): Promise<Response> {
  return server.post('/api/v1/events', body, { authorization: `Bearer ${await server.key('ingest')}`, 'x-wayside-sent-at': String(Date.now()) })
}

describe('row 52: names of the prototype are names like any other', () => {
  const NAMES = ['__proto__', 'constructor', 'constructor.prototype', 'prototype', 'toString', 'hasOwnProperty', '__defineGetter__', 'valueOf']

  test('as paths, routes, consumers and tags they are stored and reported', async () => {
    const server = await startTestServer()

    const { rows } = await store(
      server,
      NAMES.map((name) => ({ path: `/${name}`, route: name, userId: name, tags: JSON.parse(`{"${name}":"${name}"}`) })),
    )
    const overview = (await (await server.get('/api/v1/overview', await server.key('read'))).json()) as {
      endpoints: { route: string; requests: number }[]
      consumers: { consumer: string; requests: number }[]
    }

    expect(rows.map(({ route, userId, path }) => [route, userId, path])).toEqual(NAMES.map((name) => [name, name, `/${name}`]))
    expect(rows.map(({ tags }) => Object.entries(tags ?? {}))).toEqual(NAMES.map((name) => [[name, name]]))
    expect(overview.endpoints.map(({ route }) => route).toSorted()).toEqual(NAMES.toSorted())
    expect(overview.consumers.map(({ consumer }) => consumer).toSorted()).toEqual(NAMES.toSorted())
  })

  test.each(['{"__proto__":{"polluted":1},', '{"constructor":{"prototype":{"polluted":1}},', '{"books":{"__proto__":{"polluted":1}},'])(
    'as members of a body, as in %s they change nothing',
    async (start) => {
      const server = await startTestServer()

      await send(server, `${start}${JSON.stringify(sampleBatch([sampleEvent()])).slice(1)}`)
      await server.post('/api/log-request', `${start}"api_key":"${await server.key('combined')}","requests":[{"__proto__":{"polluted":1},"method":"GET","path":"/","status":200}]}`)

      expect(Reflect.get({}, 'polluted')).toBe(undefined)
    },
  )
})

describe('row 53: text of any kind', () => {
  const TEXTS = {
    'a NUL': 'a\0b',
    'control characters': 'a\u0001\u0008\u001f\u007f\u0085b',
    // At the very start of a text DuckDB's driver takes it off when it reads; what is stored has it.
    'a byte order mark': 'a\ufeffb',
    'right to left and joiners': 'a\u202e\u200f\u200d\u200bb',
    'emoji of several code points': '👩‍👩‍👧‍👦🏳️‍🌈',
    'combining marks': 'Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤',
    'the last code point': '\u{10ffff}',
    'noncharacters': '\ufffe\uffff',
    'line separators': 'a\u2028b\u2029c\r\nd',
    'quotes and escapes': `a"b\\c'd\\u0000`,
    'markup and formulas': `<script>=cmd|'/c calc'!A1</script>`,
  }

  test.each(Object.entries(TEXTS))('%s comes back as it was', async (_name, text) => {
    const server = await startTestServer()

    const { rows } = await store(server, [{ path: `/${text}`, route: text, userId: text, tags: { [text]: text } }])

    expect(rows).toMatchObject([{ path: `/${text}`, route: text, userId: text, consumer: text, tags: { [text]: text } }])
    const filtered = await server.get(`/api/v1/requests?userId=${encodeURIComponent(text)}`, await server.key('read'))
    expect(await filtered.json()).toMatchObject({ requests: [{ userId: text }] })
  })

  test('half of a pair becomes U+FFFD, also where a text is cut', async () => {
    const server = await startTestServer()
    const cut = `${'x'.repeat(LIMITS.userIdLength - 1)}😀`

    const { rows } = await store(server, [{ path: '/PATH' }, { userId: cut, tags: { a: 'TAG' } }], (json) =>
      json.replace('PATH', '\\ud83d/\\udc00').replace('TAG', '\\\\ud83d'),
    )

    expect(rows).toMatchObject([{ path: '/\ufffd/\ufffd' }, { userId: cut.slice(0, -2), tags: { a: '\ufffd' } }])
  })

  test.each([
    ['a lone continuation byte', [0x80]],
    ['an overlong slash', [0xc0, 0xaf]],
    ['half of a pair', [0xed, 0xa0, 0x80]],
    ['a code point past the last', [0xf4, 0x90, 0x80, 0x80]],
    ['an emoji that is cut', [0xf0, 0x9f, 0x98]],
  ])('bytes with %s are refused', async (_name, bytes) => {
    const server = await startTestServer()
    const [before = '', after = ''] = JSON.stringify(sampleBatch([sampleEvent({ path: '/HERE' })])).split('HERE')

    const answer = await send(server, Buffer.concat([Buffer.from(before), Buffer.from(bytes), Buffer.from(after)]))

    expect(await answer.json()).toMatchObject({ status: 400, rule: 'utf-8' })
  })

  test('UTF-16 is refused, and a byte order mark before UTF-8 is taken', async () => {
    const server = await startTestServer()
    const json = JSON.stringify(sampleBatch([sampleEvent()]))

    const utf16 = await send(server, Buffer.from(`\ufeff${json}`, 'utf16le'))
    const marked = await send(server, `\ufeff${json}`)

    expect(await utf16.json()).toMatchObject({ status: 400, rule: 'utf-8' })
    expect(marked.status).toBe(200)
  })
})

describe('row 54: numbers that are none', () => {
  const column = (name: string, ...values: readonly string[]) => (json: string) => json.replace(new RegExp(`"${name}":(\\[.*?\\]|[^,}]+)`), `"${name}":[${values.join(',')}]`)

  test('cost an event the field, never the batch', async () => {
    const server = await startTestServer()
    const values = ['1e999', '-1e999', '-0', '"12"', 'null', '-1', '9007199254740993', '86400000001', '1.5', 'true', '[]', '{}']

    const { status, rows } = await store(
      server,
      values.map((_, at) => ({ durationUs: at + 1, requestBytes: at + 1 })),
      (json) => column('requestBytes', ...values)(column('durationUs', ...values)(json)),
    )

    expect(status).toBe(200)
    expect(rows.map(({ durationUs }) => durationUs)).toEqual([null, null, 0, null, null, null, null, null, 2, null, null, null])
    expect(rows.map(({ requestBytes }) => requestBytes)).toEqual([null, null, 0, null, null, null, null, 86_400_000_001, 2, null, null, null])
  })

  test('as a status cost their event, which the answer names', async () => {
    const server = await startTestServer()
    const values = ['200', '"200"', '1e999', '99', '600', '200.5', '-200', 'null', '404']

    const { receipt, rows } = await store(
      server,
      values.map((_, at) => ({ status: 200 + at })),
      column('status', ...values),
    )

    expect(receipt).toMatchObject({ accepted: 2, rejected: [2, 3, 4, 5, 6, 7, 8].map((seq) => ({ seq, field: 'status' })) })
    expect(rows).toHaveLength(2)
  })

  test.each(['NaN', 'Infinity', '0x10', '01', '1_000', '1n', '.5', '+1'])('%s is no JSON, and refused', async (value) => {
    const server = await startTestServer()
    const json = JSON.stringify(sampleBatch([sampleEvent()]))

    const answer = await send(server, json.replace('"durationUs":1500', `"durationUs":${value}`))

    expect(await answer.json()).toMatchObject({ status: 400, rule: 'json' })
  })
})

describe('row 55: times that cannot be', () => {
  test('are kept beside that of arrival, and fall on one day', async () => {
    const server = await startTestServer()
    const now = Date.now()
    const times = [0, -1, 1, 9_999_999_999_999, now / 1_000, now * 1_000, now * 1_000_000, now + DAY_MS, now - 30 * DAY_MS, -8.64e15, 1e300]

    const { status, rows } = await store(
      server,
      times.map((time) => ({ time: Math.round(time) })),
    )
    const { rows: single } = await store(await startTestServer(), [{ time: now * 1_000 }])

    expect(status).toBe(200)
    expect(rows).toHaveLength(times.length)
    expect(rows.every(({ timeAdjusted, time }) => timeAdjusted && Math.abs(time - now) < 60_000)).toBe(true)
    // Later ones are sums of differences that are not exact.
    expect(rows.slice(0, 4).map(({ wallTime }) => wallTime)).toEqual(times.slice(0, 4))
    expect(single).toMatchObject([{ timeAdjusted: true, wallTime: now * 1_000 }])
  })

  test('that are no numbers cost an event its time alone', async () => {
    const server = await startTestServer()
    const now = Date.now()

    const { rows } = await store(server, [{ path: '/a' }, { path: '/b' }, { path: '/c' }, { path: '/d' }], (json) => json.replace(/"time":\[\d+,0,0,0\]/, `"time":[${now},"0",1e999,null]`))

    expect(rows.map(({ path, timeAdjusted, wallTime }) => [path, timeAdjusted, wallTime])).toEqual([
      ['/a', false, null],
      ['/b', true, null],
      ['/c', true, null],
      ['/d', true, null],
    ])
  })

  test('of API Analytics clients do not make a day each', async () => {
    const server = await startTestServer()
    const key = await server.key('combined')
    const row = (at: number) => ({ method: 'GET', path: '/', status: 200, created_at: new Date(at * 10 * DAY_MS).toISOString() })

    await server.post('/api/log-request', JSON.stringify({ api_key: key, requests: Array.from({ length: 2_000 }, (_, at) => row(at)) }))
    await server.drain()
    const { requests } = (await (await server.get('/api/v1/requests?limit=1000', key)).json()) as { requests: Row[] }

    expect(new Set(requests.map(({ time }) => Math.floor(time / DAY_MS))).size).toBeLessThan(50)
  })
})

test.each([3_600_000, -3_600_000, 3_650 * DAY_MS, -3_650 * DAY_MS])("row 33: events are taken and shown while the server's own clock jumps by %d ms", async (jump) => {
  let off = 0
  const server = await startTestServer({ now: () => Date.now() + off })
  const key = await server.key('combined')
  const post = (seq: number) => server.post('/api/v1/events', JSON.stringify(sampleBatch([sampleEvent({ seq, time: Date.now() })])), { authorization: `Bearer ${key}` })

  const before = await post(1)
  await server.drain()
  off = jump
  const after = await post(2)
  await server.drain()
  const again = await post(2)
  const { requests } = (await (await server.get('/api/v1/requests', key)).json()) as { requests: Row[] }

  expect([before.status, after.status]).toEqual([200, 200])
  expect(await again.json()).toMatchObject({ accepted: 0, duplicates: 1 })
  expect(requests).toHaveLength(2)
})

test('row 56: made-up routes, methods and clients share one row of the overview, their requests are counted, and it is told once', async () => {
  const server = await startTestServer()
  const key = await server.key('ingest')
  const now = Date.now()

  for (let batch = 0; batch < 3; batch++) {
    const events = Array.from({ length: 1_500 }, (_, at) => sampleEvent({ seq: batch * 1_500 + at, time: now, route: `/made/${batch}/${at}`, method: `M${at}` }))
    await server.post('/api/v1/events', JSON.stringify(sampleBatch(events)), { authorization: `Bearer ${key}` })
  }
  await server.drain()
  const overview = (await (await server.get('/api/v1/overview', await server.key('read'))).json()) as { totals: { requests: number }; endpoints: { method: string; route: string; requests: number }[] }

  expect(overview.totals.requests).toBe(4_500)
  expect(new Set(overview.endpoints.map(({ route }) => route)).size).toBeLessThanOrEqual(2_001)
  expect(overview.endpoints[0]).toMatchObject({ method: '(other)', route: '(other)', requests: expect.any(Number) })
  expect(server.log.filter((line) => line.includes('different routes today'))).toHaveLength(1)
})
