import process from 'node:process'
import { Readable } from 'node:stream'
import { analytics } from '@wayside/fastify'
import { fastify as createFastify, type FastifyError, type FastifyInstance } from 'fastify'
import { createOrder, exportProducts, findOrder, findProduct, listProducts, login, renderInvoice, reportSales } from '../../shop/shop.ts'

const app = createFastify()

// The one line that Wayside needs; all but the key is optional. It comes first, so that it sees every request.
await app.register(analytics, {
  apiKey: process.env.WAYSIDE_API_KEY,
  getUserId: (request) => request.headers['x-api-user']?.toString(),
  trustProxy: process.env.TRUST_PROXY?.split(',') ?? false,
  ignore: ['/__observed'],
})

// Errors that the app answers by itself are recorded all the same.
app.setErrorHandler<FastifyError>((error, _request, reply) => {
  reply.code(error.statusCode ?? 500).send({ error: error.name })
})

app.get('/health', async () => ({ status: 'ok' }))
// For the demo, which compares the app's own count with what is stored.
app.get('/__observed', async () => ({ observed, dropped: app.wayside.stats().dropped }))

const v1 = async (routes: FastifyInstance) => {
  routes.get<{ Querystring: { limit?: string } }>('/products', async ({ query }) => listProducts(query.limit))
  routes.get<{ Params: { id: string } }>('/products/:id', async ({ params }, reply) => {
    const product = findProduct(params.id)
    if (product === undefined) reply.code(404)
    return product ?? { error: 'no such product' }
  })
  routes.post('/orders', async ({ body }, reply) => {
    const result = createOrder(body)
    reply.code('problems' in result ? 422 : 201)
    return 'problems' in result ? result : result.order
  })
  routes.post('/login', async ({ body }, reply) => {
    const session = login(body)
    if (session === undefined) reply.code(401)
    return session ?? { error: 'wrong password' }
  })
  routes.get('/reports/sales', async () => reportSales(upstreamUrl()))
  routes.get<{ Params: { id: string } }>('/invoices/:id', async ({ params }) => renderInvoice(params.id))
  routes.get('/export', async (_request, reply) => {
    reply.type('application/x-ndjson')
    return reply.send(Readable.from(exportProducts()))
  })
  // A plugin under a path with a parameter: Wayside names its routes in full, `/v1/tenants/:tenant/orders/:id`.
  await routes.register(orders, { prefix: '/tenants/:tenant/orders' })
}

const orders = async (routes: FastifyInstance) => {
  routes.get<{ Params: { tenant: string; id: string } }>('/:id', async ({ params }, reply) => {
    const order = findOrder(params.tenant, params.id)
    if (order === undefined) reply.code(404)
    return order ?? { error: 'no such order' }
  })
  routes.delete('/:id', async (_request, reply) => {
    reply.code(204)
  })
}

await app.register(v1, { prefix: '/v1' })

let observed = 0
app.server.on('request', ({ url }) => {
  if (url !== '/__observed') observed++
})

for (const signal of ['SIGTERM', 'SIGINT']) {
  // New requests are refused, running ones end, and what is still queued is delivered.
  process.once(signal, () => void app.close())
}

const url = await app.listen({ port: Number(process.env.PORT ?? 3000), host: '127.0.0.1' })
console.log(`listening on ${url}`)

/** The service that reports ask; this one itself unless told. */
function upstreamUrl(): string {
  return process.env.UPSTREAM_URL ?? url
}
