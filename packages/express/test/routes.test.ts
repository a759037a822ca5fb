import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createFakeReceiver } from '@wayside/testing'
import newest, { type Express } from 'express'
import { createRequire } from 'node:module'
import { describe, expect, test } from 'vitest'
import { analytics, type Analytics } from '../src/index.ts'

const require = createRequire(import.meta.url)

/** One of each kind of router: traced by itself, patched with matchers, patched with regular expressions. */
const EXPRESSES: readonly { readonly name: string; readonly express: typeof newest }[] = [
  { name: 'Express 5.3', express: newest },
  { name: 'Express 5.1 with router 2.2', express: require('express51') },
  { name: 'Express 4', express: require('express4') },
]

/** Which routes are named where an app is built in ways that only Express knows. */
describe.each(EXPRESSES)('the route of a request in $name', ({ express }) => {
  test('is the route that answered, not those that passed the request on', async () => {
    const routes = await routesOf(express, ['/users/7'], (app) => {
      app.all(/.*/, (_request, _response, next) => next())
      app.get('/users/:id', (_request, response) => void response.send('user'))
    })
    expect(routes).toEqual(['/users/:id'])
  })

  test('is null when a route passed the request on and nothing else answered', async () => {
    expect(await routesOf(express, ['/users/7'], (app) => app.all(/.*/, (_request, _response, next) => next()))).toEqual([null])
  })

  test('is null when middleware answers after a route has passed the request on', async () => {
    const routes = await routesOf(express, ['/users/7'], (app) => {
      app.get('/users/:id', (_request, _response, next) => next())
      app.use((_request, response) => void response.status(404).send('nothing here'))
    })
    expect(routes).toEqual([null])
  })

  test('stays when the handler answers and passes the request on to middleware', async () => {
    const routes = await routesOf(express, ['/users/7'], (app) => {
      app.get('/users/:id', (_request, response, next) => {
        response.send('user')
        next()
      })
      app.use((_request, _response, next) => next())
    })
    expect(routes).toEqual(['/users/:id'])
  })

  test('stays when the handler itself answers with 404', async () => {
    const routes = await routesOf(express, ['/users/7'], (app) =>
      app.get('/users/:id', (_request, response) => void response.status(404).send('no such user')),
    )
    expect(routes).toEqual(['/users/:id'])
  })

  test('does not take the mounts of routers that passed the request on', async () => {
    const routes = await routesOf(express, ['/t/x/y'], (app) => {
      app.use('/t', express.Router().get('/other', (_request, response) => void response.end()))
      app.use('/:any/x', express.Router().get('/:last', (_request, response) => void response.end()))
    })
    expect(routes).toEqual(['/:any/x/:last'])
  })

  test('is a router\'s own root without a trailing slash', async () => {
    const routes = await routesOf(express, ['/v1', '/v1/', '/'], (app) => {
      app.use('/v1', express.Router().get('/', (_request, response) => void response.end()))
      app.get('/', (_request, response) => void response.end())
    })
    expect(routes).toEqual(['/v1', '/v1', '/'])
  })

  test('keeps the mounts above a router that analytics are added to', async () => {
    const routes = await routesOf(express, ['/t/acme/users/7', '/t/acme/users/8'], (app, observer) => {
      const inside = express.Router().get('/users/:id', (_request, response) => void response.end())
      app.use('/t/:tenant', express.Router().use(observer, inside))
    }, false)
    expect(routes).toEqual(['/t/:tenant/users/:id', '/t/:tenant/users/:id'])
  })

  test('tells mounts apart whose values repeat their literals', async () => {
    const routes = await routesOf(express, ['/users/users/x', '/v2/x'], (app) => {
      app.use('/users/:id', express.Router().get('/:x', (_request, response) => void response.end()))
      app.use('/v:major', express.Router().get('/:x', (_request, response) => void response.end()))
    })
    expect(routes).toEqual(['/users/:id/:x', '/v:major/:x'])
  })

  test('has one spelling, however clients write the literals of a mount', async () => {
    const routes = await routesOf(express, ['/V1/x', '/v1/x'], (app) => {
      app.use('/v1', express.Router().get('/:x', (_request, response) => void response.end()))
    })
    expect(new Set(routes).size).toBe(1)
  })

  test('names a mount by a regular expression without the values that it matched', async () => {
    const routes = await routesOf(express, ['/r1/x', '/r2/x'], (app) => {
      app.use(/^\/r\d/, express.Router().get('/:x', (_request, response) => void response.end()))
    })
    expect(routes[0]).toMatch(/RegExp|\\d/)
    expect(new Set(routes).size).toBe(1)
  })

  test('names the element that matched where a router is mounted at a list of paths', async () => {
    const routes = await routesOf(express, ['/a/1/z', '/b/2/z'], (app) => {
      app.use(['/a/:x', '/b/:y'], express.Router().get('/z', (_request, response) => void response.end()))
    })
    expect(routes).toEqual(['/a/:x/z', '/b/:y/z'])
  })

  test('is found through a router that a route calls as its handler', async () => {
    const routes = await routesOf(express, ['/users/7'], (app) => {
      app.get('/users/:id', express.Router().get('/users/:name', (_request, response) => void response.end()))
    })
    expect(routes).toEqual(['/users/:name'])
  })
})

/** Requests the paths one after the other and returns what each was recorded under. */
async function routesOf(
  express: typeof newest,
  paths: readonly string[],
  build: (app: Express, observer: Analytics) => unknown,
  observeFirst = true,
): Promise<(string | null)[]> {
  const receiver = await createFakeReceiver()
  const observer = analytics('key', { serverUrl: receiver.url })
  const app = express()
  if (observeFirst) app.use(observer)
  build(app, observer)
  const server = app.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  for (const path of paths) {
    const closed = new Promise((resolve) => server.once('request', (_request, response) => response.once('close', resolve)))
    await (await fetch(`http://127.0.0.1:${port}${path}`)).text()
    await closed
  }
  await observer.close()
  server.close()
  server.closeAllConnections()
  await receiver.close()
  return receiver.events().map(({ route }) => route)
}
