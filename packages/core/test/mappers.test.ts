import { expect, test } from 'vitest'
import { captured, startApp, type AppOptions } from './app.ts'
import { startReceiver } from './receiver.ts'

const VALUES = {
  getUserId: ['u1', { userId: 'u1' }],
  getIpAddress: ['::ffff:198.51.100.9', { ip: '198.51.100.9' }],
  getUserAgent: ['agent/1', { userAgent: 'agent/1' }],
  getPath: ['/renamed?kept=1', { path: '/renamed?kept=1' }],
  getHostname: ['tenant.example', { host: 'tenant.example' }],
  getApiKey: ['sk_live_1', { apiKeyHash: 'c8b66000f7c3c3a63a5a4a0d4f4cba55' }],
  getOAuthClientId: ['web', { oauthClientId: 'web' }],
  getTags: [{ plan: 'pro', seats: 3, beta: true, none: null }, { tags: { plan: 'pro', seats: '3', beta: 'true' } }],
} as const

test.each(Object.entries(VALUES))('%s sets its field', async (name, [value, expected]) => {
  const { events, stats } = await visit({ [name]: () => value })
  if (name === 'getApiKey') expect(events[0]?.apiKeyHash).toMatch(/^[\da-f]{32}$/)
  else expect(events).toMatchObject([expected])
  expect(stats.mapperFaults).toEqual({})
})

const NONSENSE: readonly [string, () => unknown][] = [
  ['throws', () => { throw new Error('mapper') }],
  ['returns a promise that never settles', () => new Promise(() => undefined)],
  ['returns a promise that rejects', () => Promise.reject(new Error('mapper'))],
  ['returns a function', () => () => 'x'],
  ['returns NaN', () => Number.NaN],
]

for (const name of Object.keys(VALUES))
  test.each(NONSENSE)(`${name} that %s costs its own field and is counted`, async (_, mapper) => {
    const { events, stats, status } = await visit({ [name]: mapper })
    expect(status).toBe(200)
    expect(events).toHaveLength(1)
    expect(stats.mapperFaults).toEqual({ [name]: 1 })
    expect(stats.dropped).toEqual({})
  })

test('numbers and bigints are ids, an empty text is none', async () => {
  expect((await visit({ getUserId: () => 7 })).events).toMatchObject([{ userId: '7' }])
  expect((await visit({ getUserId: () => 9_007_199_254_740_993n })).events).toMatchObject([{ userId: '9007199254740993' }])
  const { events, stats } = await visit({ getUserId: () => '' })
  expect(events).toMatchObject([{ userId: null }])
  expect(stats.mapperFaults).toEqual({})
})

test('an IP that is none counts as a fault', async () => {
  const { events, stats } = await visit({ getIpAddress: () => 'somewhere' })
  expect(events).toMatchObject([{ ip: null }])
  expect(stats.mapperFaults).toEqual({ getIpAddress: 1 })
})

test('tags are bounded, and hostile names and getters do no harm', async () => {
  const many = Object.fromEntries(Array.from({ length: 30 }, (_, at) => [`tag${at}`, 'v'.repeat(500)]))
  const { events } = await visit({ getTags: () => many })
  expect(Object.keys(events[0]?.tags ?? {})).toHaveLength(16)
  expect(events[0]?.tags?.['tag0']).toHaveLength(128)
  const hostile = JSON.parse('{"__proto__":"x"}')
  expect((await visit({ getTags: () => hostile })).events[0]?.tags).toEqual(JSON.parse('{"__proto__":"x"}'))
  const trap = Object.defineProperty({}, 'boom', { enumerable: true, get: () => { throw new Error('getter') } })
  expect((await visit({ getTags: () => trap })).stats.mapperFaults).toEqual({ getTags: 1 })
})

test('ignored exchanges are no events and need no other mapper', async () => {
  let asked = 0
  const { stats } = await visit({ ignore: ['/x'], getUserId: () => String(asked++) })
  expect(stats.captured).toBe(0)
  expect(asked).toBe(0)
})

async function visit(options: Record<string, unknown>) {
  const receiver = await startReceiver()
  // Boundary cast: these tests give mappers what their types forbid.
  const app = await startApp({ serverUrl: receiver.url, ...options } as AppOptions, (_, response) => response.end('ok'))
  const answer = await fetch(`${app.url}/x`)
  await answer.text()
  if (options['ignore'] === undefined) await captured(app.recorder, 1)
  await app.recorder.flush()
  return { events: receiver.events, stats: app.recorder.stats(), status: answer.status }
}
