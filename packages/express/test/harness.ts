import { once } from 'node:events'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { analytics } from '@wayside/express'
import type { AdapterHarness, AnalyticsMount, Answer, ContractApp, RouterSpec, RouteSpec } from '@wayside/testing'
import express, { type IRouter, type NextFunction, type Request, type Response } from 'express'

const { version } = createRequire(import.meta.url)('express/package.json') as { version: string }
const isExpress4 = version.startsWith('4.')
const digits = /^\/digits\/(\d+)$/

export const harnesses: readonly AdapterHarness[] = [
  {
    name: `express ${version}`,
    framework: 'express',
    module: import.meta.url,
    cannot: {},
    wildcard: isExpress4 ? '/files/*' : '/files/*path',
    regex: digits,
    regexRoute: String(digits),
    // Boundary cast: the contract does not know what Express hands to mappers.
    header: (source, name) => (source as Request).get(name),
    start,
  },
]

async function start(contract: ContractApp, mounts: readonly AnalyticsMount[]) {
  const app = express()
  const handles = mounts.map(({ apiKey, options }) => analytics(apiKey, options))
  for (const handle of handles) app.use(handle)
  app.use(express.json())
  for (const { path, check } of contract.guards) {
    app.use(path, (request, _response, next) => {
      check(request)
      next()
    })
  }
  build(app, contract)
  if (contract.answersErrors) app.use(answerError)
  const server = app.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    server,
    port: (server.address() as AddressInfo).port,
    analytics: handles,
    async stop() {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}

function build(router: IRouter, { routes, mounts }: RouterSpec): void {
  for (const route of routes) addRoute(router, route)
  for (const { kind, path, ...inside } of mounts) {
    const mounted = kind === 'app' ? express() : express.Router({ mergeParams: true })
    build(mounted, inside)
    router.use(path, mounted)
  }
}

function addRoute(router: IRouter, { method, path, handle }: RouteSpec): void {
  const verb = method.toLowerCase() as 'get' | 'post' | 'put' | 'delete'
  router[verb](path as string, (request: Request, response: Response, next: NextFunction) => {
    const { body, params } = request
    const answer = handle({ params: params as Record<string, string>, body, request, response })
    if (!(answer instanceof Promise)) return send(answer, request, response)
    const sent = answer.then((settled) => send(settled, request, response))
    // Express 5 passes on what a returned promise rejects with; Express 4 leaves that to the app.
    return isExpress4 ? void sent.catch(next) : sent
  })
}

function send(answer: Answer, request: Request, response: Response): void {
  switch (answer.kind) {
    case 'content': {
      const { status = 200, headers = {}, body } = answer
      response.status(status).set(headers)
      if (body === null) response.end()
      else response.send(body)
      return
    }
    case 'stream':
      response.set(answer.headers ?? {})
      answer.stream.pipe(response)
      response.once('close', () => answer.stream.destroy())
      return
    case 'raw':
      answer.write(response, request)
  }
}

/** Express takes a handler for errors only with four parameters. */
function answerError(error: unknown, _request: Request, response: Response, next: NextFunction): void {
  if (response.headersSent) return next(error)
  const status = typeof error === 'object' && error !== null && 'status' in error ? Number(error.status) : 500
  response.status(status).json({ error: error instanceof Error ? error.message : String(error) })
}
