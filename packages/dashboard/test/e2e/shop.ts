import type { Query, QueryAnswer } from '@wayside/protocol'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { sendDemoEvents, toDemoEvents } from '../demo-events.ts'
import { launchBrowser, openPage, type WatchedPage } from './open-browser.ts'
import { startRealServer } from './real-server.ts'

/** A server with a month of a shop's requests, and a browser. */
export interface Shop {
  readonly url: string
  readonly key: string
  readonly browser: Browser
  /** Opens a view with the shop's key, and waits until it is drawn. */
  open(path?: string, options?: BrowserContextOptions): Promise<WatchedPage>
  /** The same with nothing waited for, and with what must be set up before the page is loaded. */
  openEarly(path: string, prepare: (page: Page) => Promise<unknown>): Promise<WatchedPage>
  /** What the API answers. */
  ask(query: Query): Promise<QueryAnswer>
  get(path: string): Promise<unknown>
  close(): Promise<void>
}

export async function openShop(count = 6_000): Promise<Shop> {
  const server = await startRealServer()
  const browser = await launchBrowser()
  const { url } = server
  const key = String(await (await fetch(`${url}api/generate`, { method: 'POST' })).json())
  const now = Date.now()
  await sendDemoEvents(url, key, toDemoEvents({ now, days: 30, count }), now)
  const headers = { authorization: `Bearer ${key}` }
  const ask = async (query: Query) => {
    const response = await fetch(`${url}api/v1/query`, { method: 'POST', headers: { ...headers, 'content-type': 'application/json' }, body: JSON.stringify(query) })
    if (!response.ok) throw new Error(await response.text())
    return (await response.json()) as QueryAnswer // The server's schema is tied to this type.
  }
  await waitFor(async () => Number((await ask({ range: '90d', metrics: ['requests'] })).rows[0]?.[0]) === count)

  const openEarly: Shop['openEarly'] = async (path, prepare) => {
    const watched = await openPage(browser)
    await prepare(watched.page)
    await watched.page.goto(`${url}${path}#key=${key}`)
    return watched
  }
  return {
    url,
    key,
    browser,
    openEarly,
    async open(path = '', options = {}) {
      const watched = await openPage(browser, options)
      await watched.page.goto(`${url}${path}#key=${key}`)
      await drawn(watched.page)
      return watched
    },
    ask,
    get: async (path) => (await fetch(`${url}${path}`, { headers })).json(),
    async close() {
      await browser.close()
      await server.stop()
    },
  }
}

/** Resolves when the page shows the answer to what its address asks. */
export async function drawn(page: Page): Promise<void> {
  await page.locator('.view[aria-busy=false]:not(:has(.view[aria-busy=true]))').waitFor()
}

async function waitFor(holds: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 20_000
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error('the server has not stored the events')
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}
