import { expect, test } from 'vitest'
import { sampleBatch } from '../../testing/sample-batch.ts'
import { sampleEvent } from '../../testing/sample.ts'
import { startTestServer } from '../../testing/start-test-server.ts'

const HOSTILE: readonly unknown[] = [
  "'",
  "' OR 1=1 --",
  '"; DROP TABLE events; --',
  "x') UNION SELECT key FROM keys --",
  '$1',
  '?',
  '{{1}}',
  '%',
  '\\',
  '\u0000',
  '\ud800',
  '(((((a+)+)+)+)+)$',
  '__proto__',
  'constructor',
  'x'.repeat(3_000),
  1e308,
  -1,
  0.5,
  true,
  null,
  [],
  [[[[]]]],
  {},
  { toString: 1 },
  JSON.parse('{"constructor":{"prototype":{"x":1}}}'),
]

const QUERIES: Readonly<Record<string, (hostile: unknown) => object>> = {
  metrics: (hostile) => ({ metrics: [hostile] }),
  dimensions: (hostile) => ({ dimensions: [hostile] }),
  time: (hostile) => ({ dimensions: [`time:${textOf(hostile)}`] }),
  tag: (hostile) => ({ dimensions: [`tag:${textOf(hostile)}`] }),
  range: (hostile) => ({ range: hostile }),
  'range.from': (hostile) => ({ range: { from: hostile, to: '2026-01-01' } }),
  'range.to': (hostile) => ({ range: { from: '2026-01-01', to: hostile } }),
  timeZone: (hostile) => ({ timeZone: hostile }),
  filter: (hostile) => ({ filter: hostile }),
  'filter operator': (hostile) => ({ filter: [hostile, 'path', ['/']] }),
  'filter dimension': (hostile) => ({ filter: ['is', hostile, ['/']] }),
  'filter tag': (hostile) => ({ filter: ['is', `tag:${textOf(hostile)}`, ['/']] }),
  'filter is': (hostile) => ({ filter: ['is', 'path', [hostile]] }),
  'filter contains': (hostile) => ({ filter: ['contains', 'path', [hostile]] }),
  'filter startsWith': (hostile) => ({ filter: ['startsWith', 'tag:plan', [hostile]] }),
  'filter matches': (hostile) => ({ filter: ['matches', 'path', [hostile]] }),
  'filter quantity': (hostile) => ({ filter: ['gt', hostile, 1] }),
  'filter number': (hostile) => ({ filter: ['gt', 'durationMs', hostile] }),
  having: (hostile) => ({ having: hostile }),
  'having metric': (hostile) => ({ having: ['gt', hostile, 1] }),
  'having number': (hostile) => ({ having: ['gt', 'requests', hostile] }),
  orderBy: (hostile) => ({ orderBy: [[hostile, 'asc']] }),
  direction: (hostile) => ({ orderBy: [['requests', hostile]] }),
  limit: (hostile) => ({ limit: hostile }),
  cursor: (hostile) => ({ cursor: hostile }),
  compare: (hostile) => ({ compare: hostile }),
  totals: (hostile) => ({ totals: hostile }),
  apdexMs: (hostile) => ({ metrics: ['apdex'], apdexMs: hostile }),
}

const ADDRESSES = [
  ...['range', 'from', 'timeZone', 'filter', 'compare', 'limit', 'cursor', 'format'].map((name) => `/api/v1/endpoints?${name}=`),
  '/api/v1/timeseries?interval=',
  '/api/v1/timeseries?by=',
  '/api/v1/errors?by=',
  '/api/v1/consumers?unknown=',
  '/api/v1/values?dimension=',
  '/api/v1/values?dimension=path&q=',
  '/api/v1/endpoint?endpoint=',
  '/api/v1/consumer?consumer=',
  '/api/v1/error?fingerprint=',
  '/api/v1/requests?filter=',
  '/api/v1/requests?path=',
  '/api/v1/query?q=',
]

async function start(paths: readonly string[] = ['/users/42']) {
  const server = await startTestServer()
  const key = await server.key('combined')
  await server.deliver(sampleBatch(paths.map((path, seq) => sampleEvent({ time: Date.now() - 60_000, seq, path }))), key)
  const requests = async () => {
    const answer = await server.get(`/api/v1/query?q=${encodeURIComponent('{"metrics":["requests"]}')}`, key)
    return ((await answer.json()) as { rows: unknown }).rows
  }
  return { server, key, requests }
}

function textOf(hostile: unknown): string {
  return typeof hostile === 'string' ? hostile : JSON.stringify(hostile)
}

/** An answer is given, with nothing but values of the data in it, or refused as a mistake of the one who asked. */
async function expectHarmless(what: string, answer: Response): Promise<void> {
  const text = await answer.text()
  expect.soft([200, 400, 414, 431], what).toContain(answer.status)
  if (answer.status !== 200) expect.soft([what, answer.headers.get('content-type')]).toEqual([what, expect.stringContaining('application/problem+json')])
  expect.soft(text, what).not.toMatch(/read_parquet|Parser Error|Binder Error|Conversion Error|\.ts:\d/)
}

test('row 64: no hostile value in any place of a query is more than a value', async () => {
  const { server, key, requests } = await start()
  for (const [name, toQuery] of Object.entries(QUERIES)) {
    for (const hostile of HOSTILE) {
      const body = JSON.stringify({ metrics: ['requests'], ...toQuery(hostile) })
      await expectHarmless(`${name}: ${textOf(hostile).slice(0, 50)}`, await server.post('/api/v1/query', body, { authorization: `Bearer ${key}`, 'content-type': 'application/json' }))
    }
  }
  expect(await requests()).toEqual([[1]])
  expect(server.log.filter((line) => line.includes('a request failed'))).toEqual([])
}, 180_000)

test('row 64: no hostile value of any parameter is more than a value', async () => {
  const { server, key, requests } = await start()
  for (const address of ADDRESSES) {
    for (const hostile of HOSTILE) await expectHarmless(`${address}${textOf(hostile).slice(0, 50)}`, await server.get(address + encodeURIComponent(textOf(hostile).toWellFormed()), key))
  }
  expect(await requests()).toEqual([[1]])
  expect(server.log.filter((line) => line.includes('a request failed'))).toEqual([])
}, 180_000)

test('row 64: a value that is hostile matches itself alone', async () => {
  const hostile = "' OR 1=1 --"
  const { server, key } = await start(['/users/42', hostile])
  const ask = async (filter: unknown) => {
    const answer = await server.post('/api/v1/query', JSON.stringify({ metrics: ['requests'], dimensions: ['path'], filter }), { authorization: `Bearer ${key}`, 'content-type': 'application/json' })
    return ((await answer.json()) as { rows: unknown }).rows
  }
  expect(await ask(['is', 'path', [hostile]])).toEqual([[hostile, 1]])
  expect(await ask(['contains', 'path', ["'"]])).toEqual([[hostile, 1]])
  expect(await ask(['contains', 'path', ['%']])).toEqual([])
})

test('row 65: an expression that an engine with backtracking never ends is answered', async () => {
  // Two to the power of a thousand ways to take the letters apart, and none of them fits.
  const path = `/${'a'.repeat(1_000)}!`
  const { server, key } = await start(['/aaa', path])
  for (const pattern of ['^/(a+)+$', '^/(a|aa)+$', '^/(a|a?)+$', '^/(.*a){3}$']) {
    const answer = await server.post('/api/v1/query', JSON.stringify({ metrics: ['requests'], dimensions: ['path'], filter: ['matches', 'path', [pattern]] }), { authorization: `Bearer ${key}`, 'content-type': 'application/json' })
    expect([pattern, answer.status, ((await answer.json()) as { rows: unknown }).rows]).toEqual([pattern, 200, [['/aaa', 1]]])
  }
})
