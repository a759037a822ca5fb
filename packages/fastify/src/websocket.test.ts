import { once } from 'node:events'
import { request } from 'node:http'
import type { AddressInfo } from 'node:net'
import websocket from '@fastify/websocket'
import { createFakeReceiver, type FakeReceiver } from '@wayside/testing'
import { fastify as createFastify, type FastifyInstance } from 'fastify'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { analytics } from './index.ts'

let receiver: FakeReceiver
let fastify: FastifyInstance

beforeEach(async () => {
  receiver = await createFakeReceiver()
  fastify = createFastify()
  await fastify.register(analytics, { apiKey: 'way_ing_test', serverUrl: receiver.url })
  await fastify.register(websocket)
})

afterEach(async () => {
  await fastify.close()
  await receiver.close()
})

test('a websocket of @fastify/websocket is no exchange', async () => {
  fastify.get('/echo', { websocket: true }, (socket) => {
    socket.on('message', (data: Buffer) => socket.send(String(data)))
  })
  await fastify.listen({ port: 0, host: '127.0.0.1' })
  const { port } = fastify.server.address() as AddressInfo

  const socket = new WebSocket(`ws://127.0.0.1:${port}/echo`)
  await once(socket, 'open')
  socket.send('hello')
  const [message] = await once(socket, 'message')
  socket.close()
  await once(socket, 'close')
  await fastify.close()

  expect(message.data).toBe('hello')
  expect(receiver.events()).toEqual([])
})

test('a websocket that a hook refuses is an exchange', async () => {
  fastify.get('/echo', { websocket: true, onRequest: async (_request, reply) => reply.code(403).send('no') }, () => {})
  await fastify.listen({ port: 0, host: '127.0.0.1' })
  const { port } = fastify.server.address() as AddressInfo

  const headers = { connection: 'upgrade', upgrade: 'websocket', 'sec-websocket-version': '13', 'sec-websocket-key': 'AAAAAAAAAAAAAAAAAAAAAA==' }
  const [response] = await once(request({ port, path: '/echo', headers, agent: false }).end(), 'response')
  response.resume()
  await once(response, 'close')
  await fastify.close()

  expect(response.statusCode).toBe(403)
  expect(receiver.events()).toMatchObject([{ route: '/echo', status: 403, outcome: 'completed' }])
})
