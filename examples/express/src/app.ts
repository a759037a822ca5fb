import type { AddressInfo } from 'node:net'
import process from 'node:process'
import { Readable } from 'node:stream'
import { analytics } from '@wayside/express'
import express, { type NextFunction, type Request, type Response, Router } from 'express'
import { createOrder, exportProducts, findOrder, findProduct, listProducts, login, renderInvoice, reportSales } from '../../shop/shop.ts'

const app = express()

// The one line that Wayside needs; the options are optional. It comes first, so that it sees every request.
const observing = analytics(process.env.WAYSIDE_API_KEY, {
  getUserId: (request) => request.get('x-api-user'),
  trustProxy: process.env.TRUST_PROXY?.split(',') ?? false,
  ignore: ['/__observed'],
})
app.use(observing)
app.use(express.json())

app.get('/health', (_request, response) => {
  response.json({ status: 'ok' })
})
// For the demo, which compares the app's own count with what is stored.
app.get('/__observed', (_request, response) => {
  response.json({ observed, dropped: observing.stats().dropped })
})

const v1 = Router()
v1.get('/products', (request, response) => {
  response.json(listProducts(request.query['limit']))
})
v1.get('/products/:id', (request, response) => {
  const product = findProduct(request.params.id)
  if (product === undefined) response.status(404).json({ error: 'no such product' })
  else response.json(product)
})
v1.post('/orders', (request, response) => {
  const result = createOrder(request.body)
  if ('problems' in result) response.status(422).json(result)
  else response.status(201).json(result.order)
})
v1.post('/login', (request, response) => {
  const session = login(request.body)
  if (session === undefined) response.status(401).json({ error: 'wrong password' })
  else response.json(session)
})
v1.get('/reports/sales', async (_request, response) => {
  response.json(await reportSales(upstreamUrl()))
})
v1.get('/invoices/:id', (request, response) => {
  response.json(renderInvoice(request.params.id))
})
v1.get('/export', (_request, response) => {
  response.type('application/x-ndjson')
  const lines = Readable.from(exportProducts())
  response.on('close', () => lines.destroy())
  lines.pipe(response)
})

// A router under a path with a parameter: Wayside names its routes in full, `/v1/tenants/:tenant/orders/:id`.
const orders = Router({ mergeParams: true })
orders.get('/:id', (request: Request<{ tenant: string; id: string }>, response) => {
  const order = findOrder(request.params.tenant, request.params.id)
  if (order === undefined) response.status(404).json({ error: 'no such order' })
  else response.json(order)
})
orders.delete('/:id', (_request, response) => {
  response.status(204).end()
})
v1.use('/tenants/:tenant/orders', orders)
app.use('/v1', v1)

// Errors that the app answers by itself are recorded all the same. Express knows error handlers by their four parameters.
app.use((error: Error & { readonly status?: number }, _request: Request, response: Response, next: NextFunction) => {
  if (response.headersSent) return next(error)
  response.status(error.status ?? 500).json({ error: error.name })
})

const server = app.listen(Number(process.env.PORT ?? 3000), '127.0.0.1', () => {
  console.log(`listening on http://127.0.0.1:${port()}`)
})

let observed = 0
server.on('request', ({ url }) => {
  if (url !== '/__observed') observed++
})

for (const signal of ['SIGTERM', 'SIGINT']) {
  // New requests are refused, running ones end, and what is still queued is delivered.
  process.once(signal, () => server.close(() => void observing.close()))
}

function port(): number {
  // Boundary cast: a server that listens on TCP has an address with a port.
  return (server.address() as AddressInfo).port
}

/** The service that reports ask; this one itself unless told. */
function upstreamUrl(): string {
  return process.env.UPSTREAM_URL ?? `http://127.0.0.1:${port()}`
}
