import { once } from 'node:events'
import { request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { createFakeReceiver, type FakeReceiver } from '@wayside/testing'
import { fastify as createFastify, type FastifyInstance } from 'fastify'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { analytics } from './index.ts'

let receiver: FakeReceiver
let fastify: FastifyInstance

beforeEach(async () => {
  receiver = await createFakeReceiver()
  fastify = createFastify({ rewriteUrl: ({ url = '/' }) => url.replace('/old/', '/v1/') })
  await fastify.register(analytics, { apiKey: 'way_ing_test', serverUrl: receiver.url })
})

afterEach(async () => {
  await fastify.close()
  await receiver.close()
})

/** Closes the app, which delivers, and returns the one event. */
async function onlyEvent() {
  await fastify.close()
  const [event, ...more] = receiver.events()
  expect(more).toEqual([])
  if (event === undefined) throw new Error('nothing was recorded')
  return event
}

test('an injected request is recorded as completed', async () => {
  fastify.get('/users/:id', async () => ({ ok: true }))
  await fastify.inject('/users/7?token=secret')

  expect(await onlyEvent()).toMatchObject({ route: '/users/:id', path: '/users/7', status: 200, outcome: 'completed' })
})

test('routes of plugins that are registered later are observed with their prefixes', async () => {
  fastify.register(
    async (tenant) => {
      tenant.register(async (orders) => void orders.get('/:id', async () => 'order'), { prefix: '/orders' })
    },
    { prefix: '/tenants/:tenant' },
  )
  await fastify.inject('/tenants/acme/orders/7')

  expect(await onlyEvent()).toMatchObject({ route: '/tenants/:tenant/orders/:id', path: '/tenants/acme/orders/7' })
})

test('a not-found handler under a prefix has no route', async () => {
  fastify.register(
    async (v1) => {
      v1.setNotFoundHandler((_request, reply) => void reply.code(404).send('nothing here'))
      v1.get('/users', async () => [])
    },
    { prefix: '/v1' },
  )
  await fastify.inject('/v1/nothing')

  expect(await onlyEvent()).toMatchObject({ route: null, path: '/v1/nothing', status: 404, errorClass: null })
})

test('a route that ends in the not-found handler has no route', async () => {
  fastify.get('/static/*', (_request, reply) => reply.callNotFound())
  await fastify.inject('/static/missing.css')

  expect(await onlyEvent()).toMatchObject({ route: null, status: 404 })
})

test("an error is recorded when the app's own error handler turns it into an answer", async () => {
  fastify.setErrorHandler((_error, _request, reply) => void reply.code(409).send({ sorry: true }))
  fastify.get('/conflict', async () => {
    throw new RangeError('taken')
  })
  await fastify.inject('/conflict')

  expect(await onlyEvent()).toMatchObject({ route: '/conflict', status: 409, errorClass: 'RangeError' })
})

test('a rewritten URL is recorded as the client sent it', async () => {
  fastify.get('/v1/users/:id', async () => 'someone')
  await fastify.inject('/old/users/7')

  expect(await onlyEvent()).toMatchObject({ route: '/v1/users/:id', path: '/old/users/7' })
})

test('closing the app records the request that is still being answered', async () => {
  let answer = () => {}
  const waiting = new Promise<void>((resolve) => (answer = resolve))
  let started = () => {}
  const running = new Promise<void>((resolve) => (started = resolve))
  fastify.get('/slow', async () => {
    started()
    await waiting
    return 'at last'
  })
  await fastify.listen({ port: 0, host: '127.0.0.1' })
  const { port } = fastify.server.address() as AddressInfo
  const response = once(request({ port, path: '/slow', agent: false }).end(), 'response')
  await running

  const closed = fastify.close()
  await nextTurn()
  answer()
  await response
  await closed
  expect(receiver.events()).toMatchObject([{ route: '/slow', status: 200, outcome: 'completed' }])
})

test('closing the app takes two seconds at most when the receiver never answers', async () => {
  receiver.answerWith({ kind: 'silence' })
  fastify.get('/', async () => 'hello')
  await fastify.inject('/')

  const beganMs = performance.now()
  await fastify.close()
  expect(performance.now() - beganMs).toBeLessThan(2_800)
  expect(fastify.wayside.stats()).toMatchObject({ captured: 1, delivered: 0, pending: 0, dropped: { shutdown_timeout: 1 } })
})

test('two registrations with different keys both record', async () => {
  await fastify.register(analytics, { apiKey: 'way_ing_other', serverUrl: receiver.url })
  fastify.get('/', async () => 'hello')
  await fastify.inject('/')
  await fastify.close()

  expect(receiver.events()).toHaveLength(2)
})

test('an option that cannot be used fails the registration', async () => {
  const register = async () => createFastify().register(analytics, { apiKey: 'way_ing_test', flushIntervalMs: -1 })

  await expect(register()).rejects.toThrow('flushIntervalMs')
})
