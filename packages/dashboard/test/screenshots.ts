// Takes the pictures of the docs from a running server:
// node packages/dashboard/test/screenshots.ts http://127.0.0.1:4270 KEY [PERIOD] [FOLDER]
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { argv } from 'node:process'
import type { Browser, BrowserContextOptions } from 'playwright-core'
import { launchBrowser, openPage } from './e2e/open-browser.ts'

const DOCS_IMAGES = join(import.meta.dirname, '..', '..', '..', 'docs', 'images')

const PICTURES: Readonly<Record<string, BrowserContextOptions>> = {
  'overview-light': { colorScheme: 'light', viewport: { width: 1280, height: 1000 } },
  'overview-dark': { colorScheme: 'dark', viewport: { width: 1280, height: 1000 } },
  'overview-phone': { colorScheme: 'light', viewport: { width: 390, height: 844 }, deviceScaleFactor: 2 },
}

const [url, key, period = '1h', folder = DOCS_IMAGES] = argv.slice(2)
if (url === undefined || key === undefined) throw new Error('name a server and a key: screenshots.ts URL KEY [PERIOD] [FOLDER]')
mkdirSync(folder, { recursive: true })
const browser = await launchBrowser()
try {
  for (const [name, options] of Object.entries(PICTURES)) await take(browser, name, options)
} finally {
  await browser.close()
}

async function take(from: Browser, name: string, options: BrowserContextOptions): Promise<void> {
  const { page, faults } = await openPage(from, { ...options, reducedMotion: 'reduce' })
  const address = new URL(url ?? '')
  address.searchParams.set('period', period)
  address.hash = `key=${key}`
  await page.goto(address.href)
  await page.locator('.plot__drawing').waitFor()
  await page.screenshot({ path: join(folder, `${name}.png`) })
  if (faults.length > 0) throw new Error(`the page has faults: ${faults.join('; ')}`)
  console.log(`${name}.png`)
}
