import { once } from 'node:events'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { createFakeReceiver, type FakeReceiver } from '@wayside/testing'
import newest, { type Express, type NextFunction, type Request, type Response } from 'express'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { analytics } from '../src/index.ts'

const require = createRequire(import.meta.url)
const express51: typeof newest = require('express51')
const express4: typeof newest = require('express4')

let receiver: FakeReceiver

beforeEach(async () => {
  receiver = await createFakeReceiver()
})

afterEach(() => receiver.close())

describe.each([
  { name: 'Express 5.3', express: newest },
  { name: 'Express 5.1 with router 2.2', express: express51 },
  { name: 'Express 4', express: express4 },
])('an error in $name', ({ express }) => {
  test("is recorded when a route's own error handler answers it", async () => {
    const app = express()
    const observer = observe(app)
    app.get('/users/:id', fail, answerError)
    await send(app, '/users/7')
    await observer.close()

    expect(receiver.events()).toMatchObject([{ route: '/users/:id', status: 409, errorClass: 'RangeError' }])
  })

  test('is recorded when it comes from the callback of a parameter', async () => {
    const app = express()
    const observer = observe(app)
    app.param('id', (_request, _response, next) => next(new RangeError('no such user')))
    app.get('/users/:id', (_request, response) => void response.end())
    app.use(answerError)
    await send(app, '/users/7')
    await observer.close()

    expect(receiver.events()).toMatchObject([{ route: null, status: 409, errorClass: 'RangeError' }])
  })

  test('is none when handlers leave a route or a router', async () => {
    const app = express()
    const observer = observe(app)
    app.get('/users/:id', (_request, _response, next) => next('route'))
    app.use(express.Router().use((_request, _response, next) => next('router')))
    app.get('/users/:id', (_request, response) => void response.end())
    await send(app, '/users/7')
    await observer.close()

    expect(receiver.events()).toMatchObject([{ route: '/users/:id', status: 200, errorClass: null }])
  })
})

describe('routers of one process', () => {
  test('are all followed, of whatever version', async () => {
    const apps = [newest(), express51(), express4()]
    const observer = analytics('key', { serverUrl: receiver.url })
    for (const app of apps) app.use(observer).get('/users/:id', (_request, response) => void response.end())
    for (const app of [...apps, ...apps]) await send(app, '/users/7')
    await observer.close()

    expect(receiver.events().map(({ route }) => route)).toEqual(Array(6).fill('/users/:id'))
  })

  test('are followed in an app that another version is mounted in', async () => {
    const inner = express4()
    const observer = observe(inner)
    inner.get('/users/:id', (_request, response) => void response.end())
    const other = observe(newest())
    const outer = newest().use('/v1', newest.Router().use(inner))
    await send(outer, '/v1/users/7')
    await send(outer, '/v1/users/8')
    await Promise.all([observer.close(), other.close()])

    expect(receiver.events().at(-1)).toMatchObject({ route: '/v1/users/:id' })
  })

  test('are followed once for two copies of this package', async () => {
    const app = newest()
    const observer = observe(app)
    vi.resetModules()
    const copy = await import('../src/index.ts')
    expect(copy.analytics).not.toBe(analytics)
    const other = copy.analytics('other-key', { serverUrl: receiver.url })
    let stack = ''
    app.use(other).get('/users/:id', (_request, response) => {
      stack = new Error('stack').stack ?? ''
      response.end()
    })
    await send(app, '/users/7')
    await send(app, '/users/8')
    await Promise.all([observer.close(), other.close()])

    expect(receiver.events().map(({ route }) => route)).toEqual(Array(4).fill('/users/:id'))
    // The calls of the route and of its handler, and none of them twice.
    expect(stack.match(/handleTold/g)?.length).toBe(2)
  })

  test('call straight through when nobody observes any more', async () => {
    const app = newest()
    const observer = observe(app)
    const nexts: boolean[] = []
    app.use((request, _response, next) => {
      nexts.push(request.next === next)
      next()
    })
    await send(app, '/')
    await observer.close()
    await send(app, '/')

    expect(nexts).toEqual([false, true])
  })
})

function observe(app: Express) {
  const observer = analytics('key', { serverUrl: receiver.url })
  app.use(observer)
  return observer
}

function fail(): void {
  throw new RangeError('taken')
}

/** Express takes a handler for errors only with four parameters. */
function answerError(_error: unknown, _request: Request, response: Response, _next: NextFunction): void {
  response.status(409).end()
}

/** Requests a path and waits until the exchange is recorded. */
async function send(app: Express, path: string): Promise<void> {
  const server = app.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const closed = new Promise((resolve) => server.once('request', (_request, response) => response.once('close', resolve)))
  await (await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`)).text()
  await closed
  server.close()
  server.closeAllConnections()
}
