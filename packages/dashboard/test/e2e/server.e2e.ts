import type { ApiEvent } from '@wayside/protocol'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { sendDemoEvents } from '../demo-events.ts'
import { launchBrowser, openPage } from './open-browser.ts'
import { startRealServer, type RealServer } from './real-server.ts'
import { VIEW_PATHS } from './view-paths.ts'
import { drawn } from './shop.ts'

let browser: Browser
let server: RealServer
beforeAll(async () => {
  server = await startRealServer()
  browser = await launchBrowser()
})
afterAll(async () => {
  await browser?.close()
  await server?.stop()
})

/** What markup, templates, terminals, spreadsheets and bidirectional text might take for more than text. */
const PAYLOADS = [
  `<script>window.hit=1</script>`,
  `<img src=x onerror="window.hit=1">`,
  `"><svg onload=window.hit=1>`,
  `javascript:window.hit=1`,
  `{{constructor.constructor('window.hit=1')()}}`,
  `</title><script>window.hit=1</script>`,
  `&lt;b&gt;&amp;#x3c;`,
  `=HYPERLINK("x")`,
  `\u202eevil\u2028${'long'.repeat(60)}`,
]

function toEvent(over: Partial<ApiEvent> = {}): ApiEvent {
  return {
    seq: 0,
    time: Date.now() - 500,
    method: 'GET',
    route: '/orders/:id',
    path: '/orders/7',
    host: 'api.example',
    status: 200,
    outcome: 'completed',
    durationUs: 12_000,
    upstreamUs: null,
    upstreamCount: null,
    requestBytes: 0,
    responseBytes: 640,
    ip: '203.0.113.9',
    userAgent: 'curl/8.10.1',
    userId: 'northwind',
    apiKeyHash: null,
    oauthClientId: null,
    errorClass: null,
    errorFingerprint: null,
    errorMessage: null,
    tags: null,
    ...over,
  }
}

async function makeKey(): Promise<string> {
  return String(await (await fetch(`${server.url}api/generate`, { method: 'POST' })).json())
}
const send = (key: string, events: readonly ApiEvent[], producer: string) => sendDemoEvents(server.url, key, events, 0, producer)

test('from no key to live figures: make a key, send requests, read them, and see the next before the next turn of the page', async () => {
  const { page, faults } = await openPage(browser)
  await page.goto(server.url)
  await page.getByRole('button', { name: 'Make a key' }).click()
  const key = (await page.locator('.start__key code').textContent()) ?? ''
  expect(key).toMatch(/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/)
  await page.getByText('Listening for the first request').waitFor()
  await send(key, [...Array.from({ length: 40 }, () => toEvent()), ...Array.from({ length: 5 }, () => toEvent({ status: 500, durationUs: 900_000 })), toEvent({ route: null, path: '/.env', status: 404, userId: 'scanner' })], 'a')
  await page.getByRole('heading', { name: 'Overview' }).waitFor()
  expect(await page.getByRole('status').allTextContents()).toContain('The first request has arrived.')
  expect(page.url()).toBe(`${server.url}?period=1h`)
  await page.locator('.tile data[value="46"]').waitFor()
  const endpoints = page.getByRole('table', { name: 'Endpoints' })
  await endpoints.getByRole('row', { name: /^GET \/orders\/:id 45/ }).waitFor()
  await endpoints.getByText('no route matched').waitFor()

  await page.getByRole('radio', { name: '24h' }).click()
  await drawn(page)
  // The stream of news opens with the page; what it tells first is what was there.
  await page.waitForLoadState('load')
  const sentAt = performance.now()
  await send(key, [toEvent()], 'b')
  await page.locator('.tile data[value="47"]').waitFor()
  // The page's own turn would come after 10 seconds: only news are sooner. On a machine at rest it takes 1 to 2.
  expect(performance.now() - sentAt).toBeLessThan(8_000)
  expect(faults).toEqual([])
})

test('text from data is drawn as text in every view, whatever it holds', async () => {
  const key = await makeKey()
  const events = PAYLOADS.map((text, at) =>
    toEvent({
      method: at === 0 ? '<B>' : 'GET',
      route: `/${text}`,
      path: `/${text}`,
      host: text,
      status: 500,
      userAgent: text,
      userId: text,
      errorClass: text,
      errorFingerprint: text.slice(0, 16),
      errorMessage: text,
      tags: { [text.slice(0, 20)]: text },
    }),
  )
  await send(key, events, 'c')
  const { page, faults } = await openPage(browser, { viewport: { width: 390, height: 800 } })
  await page.goto(`${server.url}?period=1h#key=${key}`)
  await page.locator(`.tile data[value="${PAYLOADS.length}"]`).first().waitFor()
  const drawnRoutes = await page.getByRole('table', { name: 'Endpoints' }).locator('bdi').allTextContents()
  for (const text of PAYLOADS) expect(drawnRoutes).toContain(`/${text}`)
  for (const path of VIEW_PATHS.map((each) => each.replace(/[?&]f=[^&]*/g, ''))) {
    await page.goto(server.url + path)
    await drawn(page)
    expect(await page.evaluate(() => 'hit' in window), path).toBe(false)
    expect(await page.locator('main img, main script, main b, #app script, main a[href^="javascript"]').count(), path).toBe(0)
    expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth), path).toBe(0)
  }
  expect(faults).toEqual([])
})
