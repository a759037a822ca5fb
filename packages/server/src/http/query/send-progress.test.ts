import type { QueryAnswer } from '@wayside/protocol'
import Fastify from 'fastify'
import { expect, test } from 'vitest'
import { createLog } from '../../log/log.ts'
import { TooMuch } from '../../store/store-query.ts'
import { sampleBatch } from '../../testing/sample-batch.ts'
import { sampleEvent } from '../../testing/sample.ts'
import { startTestServer } from '../../testing/start-test-server.ts'
import { sendProgress } from './send-progress.ts'

/** The events of a stream that has ended. */
function read(body: string): readonly (readonly [event: string, data: unknown])[] {
  return body
    .trimEnd()
    .split('\n\n')
    .map((part) => {
      const [, event = '', data = ''] = /^event: (.*)\ndata: (.*)$/.exec(part) ?? []
      return [event, JSON.parse(data)]
    })
}

async function tell(work: Parameters<typeof sendProgress>[3]) {
  const app = Fastify()
  app.get('/', (request, reply) => sendProgress(request, reply, createLog('error', () => undefined), work))
  const { body } = await app.inject('/')
  await app.close()
  return read(body)
}

test('who watches a query is told how far it is, and then the answer that others get', async () => {
  const server = await startTestServer()
  const key = await server.key('combined')
  await server.post('/api/v1/events', JSON.stringify(sampleBatch([sampleEvent({ time: Date.now() - 5_000 })])), { authorization: `Bearer ${key}` })
  const query = JSON.stringify({ metrics: ['requests'], dimensions: ['method'] })
  const ask = (accept: string) => server.post('/api/v1/query', query, { authorization: `Bearer ${key}`, 'content-type': 'application/json', accept })
  const plain = (await (await ask('application/json')).json()) as QueryAnswer
  const watched = await ask('text/event-stream')
  expect(watched.headers.get('content-type')).toContain('text/event-stream')
  const events = read(await watched.text())
  expect(events[0]).toEqual(['progress', { done: 0 }])
  expect(events.at(-1)).toMatchObject(['answer', { columns: plain.columns, rows: plain.rows }])

  const mistaken = await server.post('/api/v1/query', '{}', { authorization: `Bearer ${key}`, 'content-type': 'application/json', accept: 'text/event-stream' })
  expect([mistaken.status, mistaken.headers.get('content-type')]).toEqual([400, expect.stringContaining('application/problem+json')])
})

test('progress is told as it comes', async () => {
  const events = await tell(async (onProgress) => {
    onProgress(0.25)
    throw new TooMuch('it needs more memory')
  })
  expect(events).toEqual([
    ['progress', { done: 0 }],
    ['progress', { done: 0.25 }],
    ['problem', expect.objectContaining({ status: 422, detail: 'This is too much at once: it needs more memory.' })],
  ])
})
