// What all four example apps sell: the business, without any web framework.
import { setTimeout as pause } from 'node:timers/promises'

export interface Product {
  readonly id: string
  readonly name: string
  readonly priceCents: number
}

export interface Order {
  readonly id: string
  readonly productId: string
  readonly quantity: number
}

const NAMES = ['Lamp', 'Chair', 'Desk', 'Shelf', 'Rug', 'Clock', 'Mirror', 'Stool', 'Bench', 'Vase']

const PRODUCTS: readonly Product[] = Array.from({ length: 50 }, (_, at) => ({
  id: String(at + 1),
  name: `${NAMES[at % NAMES.length]} ${Math.floor(at / NAMES.length) + 1}`,
  priceCents: 1_900 + at * 350,
}))

/** The first products, 20 where the limit makes no sense. */
export function listProducts(limit: unknown): readonly Product[] {
  const count = Number(limit)
  return PRODUCTS.slice(0, count >= 1 && count <= 50 ? count : 20)
}

export function findProduct(id: string): Product | undefined {
  return PRODUCTS.find((product) => product.id === id)
}

/** The order, or what is wrong with it. */
export function createOrder(body: unknown): { readonly order: Order } | { readonly problems: readonly string[] } {
  const { productId, quantity } = Object(body) as { productId?: unknown; quantity?: unknown }
  const product = findProduct(String(productId))
  const problems = []
  if (product === undefined) problems.push(`productId: no product ${JSON.stringify(productId)}`)
  if (!Number.isInteger(quantity) || Number(quantity) < 1) problems.push(`quantity: expected 1 or more, got ${JSON.stringify(quantity)}`)
  if (product === undefined || problems.length > 0) return { problems }
  return { order: { id: crypto.randomUUID(), productId: product.id, quantity: Number(quantity) } }
}

/** Tenants have orders 1 to 100. */
export function findOrder(tenant: string, id: string): (Order & { readonly tenant: string }) | undefined {
  const number = Number(id)
  if (!Number.isInteger(number) || number < 1 || number > 100) return undefined
  return { tenant, id, productId: String((number % PRODUCTS.length) + 1), quantity: (number % 5) + 1 }
}

/** A token for those who know the password, which is "secret". */
export function login(body: unknown): { readonly token: string } | undefined {
  const { password } = Object(body) as { password?: unknown }
  return password === 'secret' ? { token: crypto.randomUUID() } : undefined
}

/** Asks another service twice, side by side, and then thinks for a while. */
export async function reportSales(upstreamUrl: string): Promise<{ readonly products: number; readonly valueCents: number }> {
  const pages = await Promise.all([10, 50].map((limit) => fetchProducts(`${upstreamUrl}/v1/products?limit=${limit}`)))
  await pause(40)
  const products = pages.flat()
  return { products: products.length, valueCents: products.reduce((sum, { priceCents }) => sum + priceCents, 0) }
}

async function fetchProducts(url: string): Promise<readonly Product[]> {
  const answer = await fetch(url, { signal: AbortSignal.timeout(5_000) })
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}`)
  return (await answer.json()) as readonly Product[]
}

/** Invoices whose number ends in 0 are broken. */
export function renderInvoice(id: string): { readonly id: string; readonly lines: number } {
  if (id.endsWith('0')) throw new RangeError(`invoice ${id} has no lines`)
  return { id, lines: id.length }
}

/** The whole catalogue as lines of JSON, about 10 ms for every ten of them. */
export async function* exportProducts(): AsyncGenerator<string> {
  for (const [at, product] of PRODUCTS.entries()) {
    if (at % 10 === 0) await pause(10)
    yield `${JSON.stringify(product)}\n`
  }
}
