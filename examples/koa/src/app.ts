import type { AddressInfo } from 'node:net'
import process from 'node:process'
import { Readable } from 'node:stream'
import { bodyParser } from '@koa/bodyparser'
import Router from '@koa/router'
import { analytics } from '@wayside/koa'
import Koa from 'koa'
import { createOrder, exportProducts, findOrder, findProduct, listProducts, login, renderInvoice, reportSales } from '../../shop/shop.ts'

const app = new Koa()

// The one line that Wayside needs; the options are optional. It comes first, so that it sees every request.
const observing = analytics(process.env.WAYSIDE_API_KEY, {
  getUserId: (ctx) => ctx.get('x-api-user'),
  trustProxy: process.env.TRUST_PROXY?.split(',') ?? false,
  ignore: ['/__observed'],
})
app.use(observing)
app.use(async (ctx, next) => {
  try {
    await next()
  } catch (error) {
    const { name, status } = error as Error & { readonly status?: number }
    ctx.status = status ?? 500
    ctx.body = { error: name }
    // Tells the app, and with it Wayside, what was answered here.
    ctx.app.emit('error', error, ctx)
  }
})
app.on('error', () => {}) // A real app logs here.
app.use(bodyParser())

const router = new Router()
router.get('/health', (ctx) => {
  ctx.body = { status: 'ok' }
})
// For the demo, which compares the app's own count with what is stored.
router.get('/__observed', (ctx) => {
  ctx.body = { observed, dropped: observing.stats().dropped }
})

const v1 = new Router()
v1.get('/products', (ctx) => {
  ctx.body = listProducts(ctx.query['limit'])
})
v1.get('/products/:id', (ctx) => {
  const product = findProduct(ctx.params['id'] ?? '')
  ctx.status = product === undefined ? 404 : 200
  ctx.body = product ?? { error: 'no such product' }
})
v1.post('/orders', (ctx) => {
  const result = createOrder(ctx.request.body)
  ctx.status = 'problems' in result ? 422 : 201
  ctx.body = 'problems' in result ? result : result.order
})
v1.post('/login', (ctx) => {
  const session = login(ctx.request.body)
  ctx.status = session === undefined ? 401 : 200
  ctx.body = session ?? { error: 'wrong password' }
})
v1.get('/reports/sales', async (ctx) => {
  ctx.body = await reportSales(upstreamUrl())
})
v1.get('/invoices/:id', (ctx) => {
  ctx.body = renderInvoice(ctx.params['id'] ?? '')
})
v1.get('/export', (ctx) => {
  ctx.type = 'application/x-ndjson'
  ctx.body = Readable.from(exportProducts())
})

// A router under a path with a parameter: Wayside names its routes in full, `/v1/tenants/:tenant/orders/:id`.
const orders = new Router()
orders.get('/:id', (ctx) => {
  const order = findOrder(ctx.params['tenant'] ?? '', ctx.params['id'] ?? '')
  ctx.status = order === undefined ? 404 : 200
  ctx.body = order ?? { error: 'no such order' }
})
orders.delete('/:id', (ctx) => {
  ctx.status = 204
})
v1.use('/tenants/:tenant/orders', orders.routes())
router.use('/v1', v1.routes())
app.use(router.routes())

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
