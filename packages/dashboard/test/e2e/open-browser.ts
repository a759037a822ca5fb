import { env } from 'node:process'
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core'

/** A page, and what it did that no page of ours may do. */
export interface WatchedPage {
  readonly page: Page
  /** Console errors, uncaught exceptions, violations of the content security policy, requests to other hosts. */
  readonly faults: readonly string[]
}

export function launchBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: env['CHROMIUM_PATH'] ?? '/usr/bin/chromium' })
}

/** Opens a page in a context of its own: no storage, no history of an earlier test. Times are in UTC. */
export async function openPage(browser: Browser, options: BrowserContextOptions = {}): Promise<WatchedPage> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, timezoneId: 'UTC', ...options })
  const page = await context.newPage()
  page.setDefaultTimeout(30_000)
  const faults: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') faults.push(`console: ${message.text()}`)
  })
  page.on('pageerror', (error) => faults.push(`exception: ${error.message}`))
  page.on('request', (request) => {
    const url = new URL(request.url())
    if (url.hostname !== '127.0.0.1') faults.push(`request to ${url.host}`)
  })
  await page.exposeFunction('reportViolation', (directive: string) => faults.push(`policy: ${directive}`))
  await page.addInitScript(`addEventListener('securitypolicyviolation', (event) => reportViolation(event.violatedDirective))`)
  return { page, faults }
}
