// Takes the pictures of the docs from a server of its own, with a month of a shop's requests:
// node --conditions=@wayside/source packages/dashboard/test/screenshots.ts [FOLDER]
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { argv } from 'node:process'
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
}

const LOOKS: Readonly<Record<string, BrowserContextOptions>> = {
  light: { colorScheme: 'light', viewport: { width: 1280, height: 1000 } },
  dark: { colorScheme: 'dark', viewport: { width: 1280, height: 1000 } },
  phone: { colorScheme: 'light', viewport: { width: 390, height: 844 } },
}

const EVENTS = 40_000
const [folder = DOCS_IMAGES] = argv.slice(2)
mkdirSync(folder, { recursive: true })
await setup()
const shop = await openShop(EVENTS)
try {
  for (const [view, path] of Object.entries(VIEWS)) for (const [look, options] of Object.entries(LOOKS)) await take(shop, path, `${view}-${look}`, options)
} finally {
  await shop.close()
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
