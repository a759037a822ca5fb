import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import Router from '@koa/router'
import { createFakeReceiver, type FakeReceiver } from '@wayside/testing'
import Koa from 'koa'
import mount from 'koa-mount'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { analytics, type Analytics } from './index.ts'

let receiver: FakeReceiver
let koa: Koa
let observed: Analytics
let server: Server

beforeEach(async () => {
  receiver = await createFakeReceiver()
  koa = new Koa()
  koa.silent = true
  observed = analytics('way_ing_test', { serverUrl: receiver.url })
  koa.use(observed)
  server = createServer((request, response) => koa.callback()(request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
})

afterEach(async () => {
  server.closeAllConnections()
  server.close()
  await observed.close()
  await receiver.close()
})

/** Sends a request and returns what was recorded of it. */
async function eventOf(path: string, init?: RequestInit) {
  const { port } = server.address() as AddressInfo
  await fetch(`http://127.0.0.1:${port}${path}`, init).then(
    (response) => response.text(),
    () => 'The connection was cut.',
  )
  await observed.flush()
  const event = receiver.events().at(-1)
  if (event === undefined) throw new Error(`nothing was recorded of ${path}`)
  return event
}

test('the route of a router under koa-mount starts with what it is mounted under', async () => {
  const router = new Router({ prefix: '/orders' })
  router.get('/:id', (ctx) => void (ctx.body = ctx.params))
  const inner = new Koa().use(mount('/shop', new Koa().use(router.routes())))
  koa.use(mount('/v1', inner))

  expect(await eventOf('/v1/shop/orders/7?page=2')).toMatchObject({ route: '/v1/shop/orders/:id', path: '/v1/shop/orders/7' })
})

test('a mounted app that passes a request on leaves no prefix behind', async () => {
  koa.use(mount('/v1', new Koa()))
  koa.use(new Router().get('/v1/users/:id', (ctx) => void (ctx.body = 'found')).routes())

  expect(await eventOf('/v1/users/7')).toMatchObject({ route: '/v1/users/:id', status: 200 })
})

test('middleware of a router that answers itself is counted on the route that it guards', async () => {
  const router = new Router({ prefix: '/admin' })
  router.use((ctx) => ctx.throw(401))
  router.get('/users/:id', (ctx) => void (ctx.body = 'secret'))
  koa.use(router.routes())

  expect(await eventOf('/admin/users/7')).toMatchObject({ route: '/admin/users/:id', status: 401 })
})

test('middleware of a router behind its routes does not rename them', async () => {
  const router = new Router()
  router.get('/users/:id', (_ctx, next) => next())
  router.use((ctx) => void (ctx.body = 'done'))
  koa.use(router.routes())

  expect(await eventOf('/users/7')).toMatchObject({ route: '/users/:id', status: 200 })
})

test('of two routes that match, the one that answered is recorded', async () => {
  const router = new Router()
  router.get('/users/me', (ctx) => void (ctx.body = 'me'))
  router.get('/users/:id', (ctx) => void (ctx.body = 'someone'))
  koa.use(router.routes())

  expect(await eventOf('/users/me')).toMatchObject({ route: '/users/me' })
})

test('a path that is known for another method has no route', async () => {
  const router = new Router().get('/users/:id', (ctx) => void (ctx.body = 'someone'))
  koa.use(router.routes()).use(router.allowedMethods())

  expect(await eventOf('/users/7', { method: 'DELETE' })).toMatchObject({ route: null, status: 405 })
})

test('an error of the stream that is the body is recorded', async () => {
  koa.use((ctx) => {
    ctx.body = new Readable({ read: (): void => void ctx.body.destroy(new RangeError('disk gone')) })
  })

  expect(await eventOf('/export')).toMatchObject({ errorClass: 'RangeError' })
})

test('an app without an error listener keeps logging its errors', async () => {
  const { port } = server.address() as AddressInfo
  await fetch(`http://127.0.0.1:${port}/`)

  expect(koa.listeners('error')).toContain(koa.onerror)
})
