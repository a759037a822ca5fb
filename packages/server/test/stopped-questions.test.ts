import { createClient, type Query } from '@wayside/client'
import { expect, test, vi } from 'vitest'
import { sampleBatch } from '../src/testing/sample-batch.ts'
import { sampleEvent } from '../src/testing/sample.ts'
import { startTestServer } from '../src/testing/start-test-server.ts'

const BATCHES = 10
const BATCH_EVENTS = 2_000
const MORE_THAN_MAY_WAIT = 100

/** RE2 knows no shorter way for these than to follow hundreds of places at once: ten seconds and more for the events below. */
const SLOW: Query = { metrics: ['requests'], filter: ['not', ['matches', 'path', ['a', 'b', 'c', 'd'].map((first) => `[${first}-f][^u-z]{200}x`)]] }
const QUICK: Query = { metrics: ['requests'] }

async function start() {
  const server = await startTestServer()
  const apiKey = await server.key('combined')
  const path = `/${'0123456789abcdef'.repeat(8)}`
  for (let batch = 0; batch < BATCHES; batch++) {
    const events = Array.from({ length: BATCH_EVENTS }, (_, at) => sampleEvent({ seq: batch * BATCH_EVENTS + at, time: Date.now() - 60_000, path: `${path}${at}` }))
    // On a busy machine a server asks senders to wait.
    await vi.waitFor(async () => expect((await server.post('/api/v1/events', JSON.stringify(sampleBatch(events)), { authorization: `Bearer ${apiKey}` })).status).toBe(200), { timeout: 60_000, interval: 200 })
  }
  await server.drain()
  return { client: createClient({ url: server.url, apiKey, retries: 0, timeoutMs: 600_000 }) }
}

test('questions whose clients have left make room for others at once', async () => {
  const { client } = await start()
  const leaving = new AbortController()
  const outcomes = Array.from({ length: MORE_THAN_MAY_WAIT }, () => client.query(SLOW, { signal: leaving.signal }).catch((error: unknown) => error))
  await Promise.any(outcomes.map(async (outcome) => expect(await outcome).toMatchObject({ status: 503 })))

  leaving.abort(new Error('left'))
  await Promise.all(outcomes)
  const answer = await vi.waitFor(() => client.query(QUICK), { timeout: 60_000, interval: 100 })
  expect(answer.rows).toEqual([[BATCHES * BATCH_EVENTS]])
}, 300_000)
