import 'reflect-metadata'
import type { IncomingMessage, ServerResponse } from 'node:http'
import {
  Catch,
  Controller,
  ForbiddenException,
  Get,
  Inject,
  Module,
  NotFoundException,
  Param,
  ParseIntPipe,
  UseGuards,
  VersioningType,
  type ArgumentsHost,
  type DynamicModule,
  type INestApplication,
  type MiddlewareConsumer,
  type Type,
} from '@nestjs/common'
import { BaseExceptionFilter, NestFactory, RouterModule } from '@nestjs/core'
import { ExpressAdapter } from '@nestjs/platform-express'
import { FastifyAdapter } from '@nestjs/platform-fastify'
import { createFakeReceiver, type FakeReceiver } from '@wayside/testing'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { ANALYTICS, AnalyticsModule, type Analytics } from './index.ts'

const RefuseAll = { canActivate: () => false }
class Unlucky extends Error {
  override readonly name = 'Unlucky'
}

@Controller('users')
class UsersController {
  @Get('broken')
  broken(): never {
    throw new Unlucky('boom')
  }

  @Get('missing')
  missing(): never {
    throw new NotFoundException('no such user')
  }

  @Get('private')
  @UseGuards(RefuseAll)
  private(): string {
    return 'secret'
  }

  @Get(':id')
  find(@Param('id', ParseIntPipe) id: number): { id: number } {
    return { id }
  }
}

@Catch()
class AnswersAll {
  catch(_error: unknown, host: ArgumentsHost): void {
    const reply = host.switchToHttp().getResponse()
    reply.status(418)
    reply.send({ sorry: true })
  }
}

let receiver: FakeReceiver
let app: INestApplication

beforeEach(async () => {
  receiver = await createFakeReceiver()
})

afterEach(async () => {
  await app.close()
  await receiver.close()
})

describe.each([
  { platform: 'express', createAdapter: () => new ExpressAdapter() },
  { platform: 'fastify', createAdapter: () => new FastifyAdapter() },
])('on $platform', ({ createAdapter }) => {
  async function create(modules: readonly (DynamicModule | Type)[] = []): Promise<INestApplication> {
    const imports = [AnalyticsModule.forRoot({ apiKey: 'way_ing_test', serverUrl: receiver.url }), ...modules]
    const module = { module: class Root {}, imports, controllers: [UsersController] }
    app = await NestFactory.create(module, createAdapter(), { logger: false, abortOnError: false })
    return app
  }

  /** Sends a request, closes the app, which delivers, and returns the one event. */
  async function eventOf(path: string, init?: RequestInit) {
    await app.listen(0, '127.0.0.1')
    await (await fetch((await app.getUrl()) + path, init)).text()
    await app.close()
    const [event, ...more] = receiver.events()
    expect(more).toEqual([])
    if (event === undefined) throw new Error(`nothing was recorded of ${path}`)
    return event
  }

  test('a request is recorded with its route, and closing the app delivers it', async () => {
    await create()

    expect(await eventOf('/users/7?token=secret')).toMatchObject({ route: '/users/:id', path: '/users/7', status: 200, errorClass: null })
  })

  test('closing the app takes two seconds at most when the receiver never answers', async () => {
    receiver.answerWith({ kind: 'silence' })
    await create()
    await app.listen(0, '127.0.0.1')
    await (await fetch(`${await app.getUrl()}/users/7`)).text()

    const beganMs = performance.now()
    await app.close()
    expect(performance.now() - beganMs).toBeLessThan(2_800)
    expect(app.get<Analytics>(ANALYTICS).stats()).toMatchObject({ captured: 1, pending: 0, dropped: { shutdown_timeout: 1 } })
  })

  test('a path that matches nothing has no route and no error', async () => {
    await create()

    expect(await eventOf('/nothing?x=1')).toMatchObject({ route: null, status: 404, errorClass: null })
  })

  test('a path that matches nothing under a global prefix has no route', async () => {
    await create()
    app.setGlobalPrefix('api', { exclude: ['users/missing'] })

    expect(await eventOf('/api/nothing')).toMatchObject({ route: null, status: 404, errorClass: null })
  })

  test("the app's own 404 keeps its route and its error", async () => {
    await create()

    expect(await eventOf('/users/missing')).toMatchObject({ route: '/users/missing', status: 404, errorClass: 'NotFoundException' })
  })

  test('prefix, version and router module are part of the route', async () => {
    const shop: Type = class {}
    Module({ controllers: [UsersController] })(shop)
    await create([shop, RouterModule.register([{ path: 'shops/:shop', module: shop }])])
    app.setGlobalPrefix('api')
    app.enableVersioning({ type: VersioningType.URI, defaultVersion: '2' })

    expect(await eventOf('/api/v2/shops/north/users/7')).toMatchObject({ route: '/api/v2/shops/:shop/users/:id', status: 200 })
  })

  test("what a handler throws is recorded, whatever the app's own filter answers", async () => {
    await create()
    app.useGlobalFilters(new AnswersAll())

    expect(await eventOf('/users/broken')).toMatchObject({ route: '/users/broken', status: 418, errorClass: 'Unlucky' })
  })

  test("what a handler throws is recorded with a filter that builds on Nest's", async () => {
    await create()
    app.useGlobalFilters(new BaseExceptionFilter(app.getHttpAdapter()))

    expect(await eventOf('/users/broken')).toMatchObject({ status: 500, errorClass: 'Unlucky' })
  })

  test('what a guard or a pipe refuses is recorded as its exception', async () => {
    await create()
    await app.listen(0, '127.0.0.1')
    await fetch(`${await app.getUrl()}/users/private`)
    await fetch(`${await app.getUrl()}/users/seven`)
    await app.close()

    expect(receiver.events()).toMatchObject([
      { route: '/users/private', status: 403, errorClass: ForbiddenException.name },
      { route: '/users/:id', status: 400, errorClass: 'BadRequestException' },
    ])
  })

  test('middleware that answers in front of the routes is counted', async () => {
    await create()
    app.use((_request: IncomingMessage, response: ServerResponse) => {
      response.statusCode = 401
      response.end('who are you?')
    })

    expect(await eventOf('/users/7')).toMatchObject({ status: 401, path: '/users/7' })
  })

  test('middleware for every route gives a path that matches nothing no route', async () => {
    class Passing {
      use(_request: unknown, _response: unknown, next: () => void): void {
        next()
      }
    }
    class WithMiddleware {
      configure(consumer: MiddlewareConsumer): void {
        consumer.apply(Passing).forRoutes('{*rest}')
      }
    }
    Module({})(WithMiddleware)
    await create([WithMiddleware])

    expect(await eventOf('/nothing')).toMatchObject({ route: null, status: 404 })
  })

  test('a preflight that CORS answers is counted', async () => {
    await create()
    app.enableCors({ origin: 'http://127.0.0.1' })
    const headers = { origin: 'http://127.0.0.1', 'access-control-request-method': 'GET' }

    expect(await eventOf('/users/7', { method: 'OPTIONS', headers })).toMatchObject({ method: 'OPTIONS', status: 204 })
  })

  test('a factory makes the options from what other providers know', async () => {
    const SETTINGS = Symbol('settings')
    class Settings {}
    Module({ providers: [{ provide: SETTINGS, useFactory: async () => receiver.url }], exports: [SETTINGS] })(Settings)
    const analytics = AnalyticsModule.forRootAsync({
      imports: [Settings],
      inject: [SETTINGS],
      useFactory: async (serverUrl: string) => ({ apiKey: 'way_ing_test', serverUrl, getUserId: ({ headers }) => headers.host }),
    })
    const module = { module: class Root {}, imports: [analytics], controllers: [UsersController] }
    app = await NestFactory.create(module, createAdapter(), { logger: false, abortOnError: false })

    expect(await eventOf('/users/7')).toMatchObject({ userId: expect.stringContaining('127.0.0.1') })
  })

  test('a provider anywhere in the app is given the handle', async () => {
    class Reporter {
      readonly analytics: Analytics
      constructor(@Inject(ANALYTICS) analytics: Analytics) {
        this.analytics = analytics
      }
    }
    const feature: Type = class {}
    Module({ providers: [Reporter] })(feature)
    await create([feature])

    expect(app.get(Reporter, { strict: false }).analytics.stats()).toMatchObject({ captured: 0 })
  })

  test('an option that cannot be used stops the app from being created', async () => {
    await create()
    const broken = { module: class Root {}, imports: [AnalyticsModule.forRoot({ apiKey: 'way_ing_test', batchEvents: 0 })] }

    await expect(NestFactory.create(broken, createAdapter(), { logger: false, abortOnError: false })).rejects.toThrow('batchEvents')
  })
})

test('an app without HTTP starts and closes with analytics that observe nothing', async () => {
  app = await NestFactory.create({ module: class Root {} }, { logger: false })
  const imports = [AnalyticsModule.forRoot({ apiKey: 'way_ing_test', serverUrl: receiver.url })]
  const worker = await NestFactory.createApplicationContext({ module: class Worker {}, imports }, { logger: false })

  expect(worker.get<Analytics>(ANALYTICS, { strict: false }).stats()).toMatchObject({ captured: 0 })
  await worker.close()
})
