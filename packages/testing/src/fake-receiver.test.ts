import { gzipSync } from 'node:zlib'
import { EMPTY_BOOKS, encodeBatch } from '@wayside/protocol'
import { expect, onTestFinished, test } from 'vitest'
import { createApiEvent } from './api-event.ts'
import { createFakeReceiver, type ReceiverAnswer } from './fake-receiver.ts'

const BODY = JSON.stringify(
  encodeBatch({
    head: {
      producerId: 'ab'.repeat(16),
      privacyLevel: 0,
      sdk: '@wayside/express/1.0.0',
      framework: 'express',
      environment: null,
      service: null,
      serviceVersion: null,
      instance: null,
      books: { ...EMPTY_BOOKS, captured: 2 },
    },
    events: [createApiEvent({ seq: 1 }), createApiEvent({ seq: 2, path: '/users/8' })],
    stacks: [],
    droppedSeqs: [],
    shed: [],
  }),
)

async function startReceiver(answer?: ReceiverAnswer) {
  const receiver = await createFakeReceiver(answer)
  onTestFinished(() => receiver.close())
  return receiver
}

test('keeps the events of a compressed batch and gives a receipt', async () => {
  const receiver = await startReceiver()
  const answer = await fetch(receiver.url, { method: 'POST', headers: { 'content-encoding': 'gzip' }, body: gzipSync(BODY) })
  expect(await answer.json()).toEqual({ ack: 'durable', accepted: 2, duplicates: 0, rejected: [] })
  expect(receiver.events().map(({ path }) => path)).toEqual(['/users/7', '/users/8'])
  expect(receiver.batches[0]?.text).toBe(BODY)
})

test('refuses a body that is no batch', async () => {
  const receiver = await startReceiver()
  expect((await fetch(receiver.url, { method: 'POST', body: '{}' })).status).toBe(400)
  expect(receiver.batches).toEqual([])
})

test('answers as it is told and keeps the delivery', async () => {
  const receiver = await startReceiver({ kind: 'status', status: 503, headers: { 'retry-after': '7' } })
  const answer = await fetch(receiver.url, { method: 'POST', body: BODY })
  expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '7'])
  expect([receiver.deliveries.length, receiver.batches.length]).toEqual([1, 0])
})

test('resets the connection when it is told to', async () => {
  const receiver = await startReceiver({ kind: 'reset' })
  await expect(fetch(receiver.url, { method: 'POST', body: BODY })).rejects.toThrow('fetch failed')
})
