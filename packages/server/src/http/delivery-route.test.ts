import { encodeBatch, EMPTY_BOOKS } from '@wayside/protocol'
import { expect, test, vi } from 'vitest'
import { sampleEvent } from '../testing/sample.ts'
import { startTestServer } from '../testing/start-test-server.ts'

test('what a range lacks is told by its word, or by its dates', async () => {
  const server = await startTestServer()
  const key = await server.key('combined')
  const head = { producerId: 'a'.repeat(32), privacyLevel: 0, sdk: '@wayside/express/1.0.0', framework: 'express', environment: null, service: null, serviceVersion: null, instance: null } as const
  const batch = encodeBatch({
    head: { ...head, books: { ...EMPTY_BOOKS, captured: 10, dropped: { auth: 8 } } },
    events: [0, 9].map((seq) => sampleEvent({ seq, time: Date.now() - 1_000 })),
    stacks: [],
    droppedSeqs: [{ from: 1, to: 8 }],
    shed: [],
  })
  // A busy machine may have the server ask for another try.
  await vi.waitFor(async () => expect((await server.post('/api/v1/events', JSON.stringify(batch), { authorization: `Bearer ${key}` })).status).toBe(200), { timeout: 20_000, interval: 500 })
  await server.drain()
  const today = await (await server.get('/api/v1/delivery?range=1h', key)).json()
  expect(today).toMatchObject({ dropped: 8, lost: 0 })
  const longAgo = await (await server.get('/api/v1/delivery?from=2001-01-01&to=2001-01-02&timeZone=Europe/Berlin', key)).json()
  expect(longAgo).toMatchObject({ dropped: 0, lost: 0 })
})

test('a range that is none is refused with what is wrong', async () => {
  const server = await startTestServer()
  const refused = await server.get('/api/v1/delivery?from=2026-02-31&to=2026-03-01', await server.key('read'))
  expect(refused.status).toBe(400)
  expect(await refused.json()).toMatchObject({ pointer: '/range/from' })
})
