// Takes the pictures of the docs from a server of its own, with a month of a shop's requests:
// node --conditions=@wayside/source packages/dashboard/test/screenshots.ts [FOLDER]
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { argv } from 'node:process'
import { setTimeout } from 'node:timers/promises'
import type { BrowserContextOptions } from 'playwright-core'
import { setup } from './e2e/build-page.ts'
import { openShop, type Shop } from './e2e/shop.ts'

const DOCS_IMAGES = join(import.meta.dirname, '..', '..', '..', 'docs', 'images')

/** Views by the names of their pictures. */
const VIEWS: Readonly<Record<string, string>> = {
  overview: '',
  endpoints: 'endpoints?period=7d',
  endpoint: 'endpoints?period=7d&endpoint=POST%20/v1/orders',
  requests: 'requests?period=24h',
  errors: 'errors?period=7d',
  error: 'errors?period=30d&error=a91f03c2d4e5b687',
  consumers: 'consumers?period=7d',
  consumer: 'consumers?period=30d&consumer=northwind-shop',
  audience: 'audience?period=7d',
  deploys: 'deploys',
  changes: 'changes',
  exports: 'exports',
  uptime: 'uptime?edit=',
  quality: 'quality',
  // Last: its rules need a while to find something.
  alerts: 'alerts',
}

const LOOKS: Readonly<Record<string, BrowserContextOptions>> = {
  light: { colorScheme: 'light', viewport: { width: 1280, height: 1000 } },
  dark: { colorScheme: 'dark', viewport: { width: 1280, height: 1000 } },
  phone: { colorScheme: 'light', viewport: { width: 390, height: 844 } },
}

/** Rules that stand in the picture of alerts; the last one finds what the shop's last minute holds. */
const RULES: readonly (readonly [path: string, body: object])[] = [
  ['alert-templates/rule', { template: 'health' }],
  ['alert-templates/rule', { template: 'response-time' }],
  ['alert-templates/rule', { template: 'access-pattern' }],
  ['alert-rules', { name: 'Orders are slow', metric: 'p95', filter: ['contains', 'route', ['order']], dimension: 'endpoint', windowMinutes: 60, condition: { kind: 'threshold', comparison: 'gt', value: 50 }, severity: 'severe' }],
]

const EVENTS = 40_000
const [folder = DOCS_IMAGES] = argv.slice(2)
mkdirSync(folder, { recursive: true })
await setup()
const shop = await openShop(EVENTS)
try {
  for (const [path, body] of RULES) await post(shop, path, body)
  for (const [view, path] of Object.entries(VIEWS)) {
    if (view === 'alerts') await waitForAlert(shop)
    for (const [look, options] of Object.entries(LOOKS)) await take(shop, path, `${view}-${look}`, options)
  }
} finally {
  await shop.close()
}

async function post({ url, key }: Shop, path: string, body: object): Promise<void> {
  const answer = await fetch(`${url}api/v1/${path}`, { method: 'POST', headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' }, body: JSON.stringify(body) })
  if (!answer.ok) throw new Error(await answer.text())
}

async function waitForAlert({ url, key }: Shop): Promise<void> {
  for (;;) {
    const answer = await fetch(`${url}api/v1/alerts`, { headers: { authorization: `Bearer ${key}` } })
    // Boundary: the server of this very version.
    const { alerts } = (await answer.json()) as { readonly alerts: readonly unknown[] }
    if (alerts.length > 0) return
    await setTimeout(1_000)
  }
}

async function take({ open }: Shop, path: string, name: string, options: BrowserContextOptions): Promise<void> {
  const { page, faults } = await open(path, { ...options, reducedMotion: 'reduce' })
  // Parts whose code comes with their view.
  await page.locator('main [aria-busy=true]').first().waitFor({ state: 'detached' })
  await page.screenshot({ path: join(folder, `${name}.png`) })
  if (faults.length > 0) throw new Error(`the page has faults: ${faults.join('; ')}`)
  console.log(`${name}.png`)
  await page.context().close()
}
