import { EMPTY_BOOKS, encodeBatch, type ApiEvent } from '@wayside/protocol'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { launchBrowser, openPage } from './open-browser.ts'
import { startRealServer, type RealServer } from './real-server.ts'

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

const MARKUP = `<img src=x onerror="window.hit=1">`
let nextSeq = 1

function toEvent(over: Partial<ApiEvent> = {}): ApiEvent {
  return {
    seq: nextSeq++,
    time: Date.now(),
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

async function send(key: string, events: readonly ApiEvent[]): Promise<void> {
  const head = {
    producerId: '0123456789abcdef0123456789abcdef',
    privacyLevel: 0,
    sdk: '@wayside/express/0.0.0',
    framework: 'express',
    environment: null,
    service: null,
    serviceVersion: null,
    instance: null,
    books: { ...EMPTY_BOOKS, captured: nextSeq - 1 },
  } as const
  const response = await fetch(`${server.url}api/v1/events`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify(encodeBatch({ head, events, stacks: [], droppedSeqs: [], shed: [] })),
  })
  expect(response.status, await response.text()).toBe(200)
}

test('from no key to live figures: make a key, send requests, read them', async () => {
  const { page, faults } = await openPage(browser)
  await page.goto(server.url)
  await page.getByRole('button', { name: 'Make a key' }).click()
  const key = (await page.locator('.start__key code').textContent()) ?? ''
  expect(key).toMatch(/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/)
  await page.getByText('Listening for the first request').waitFor()

  await send(key, [
    ...Array.from({ length: 40 }, () => toEvent()),
    ...Array.from({ length: 5 }, () => toEvent({ status: 500, durationUs: 900_000 })),
    ...Array.from({ length: 3 }, () => toEvent({ route: null, path: '/.env', status: 404, userId: 'scanner' })),
    toEvent({ route: `/${MARKUP}`, path: '/x', userAgent: MARKUP, userId: MARKUP }),
  ])
  await page.getByRole('heading', { name: 'Overview' }).waitFor()
  await page.locator('.tile data[value="49"]').waitFor()

  const headers = { authorization: `Bearer ${key}` }
  const answer: unknown = await (await fetch(`${server.url}api/v1/overview?period=1h`, { headers })).json()
  expect(answer).toMatchObject({ totals: { requests: 49, serverError: 5, clientError: 3, consumers: 3 } })
  const drawn = await page.locator('.tile data').evaluateAll((tiles) => tiles.map((tile) => tile.getAttribute('value')))
  const [requests, , errorRate, consumerCount, p50Ms, p95Ms, p99Ms, responseBytes] = drawn.map(Number)
  const totals = { requests, errorRate, consumers: consumerCount, p50Ms, p95Ms, p99Ms, responseBytes }
  expect(answer).toMatchObject({ totals })

  const endpoints = page.getByRole('table', { name: 'Endpoints, most requests first' })
  await endpoints.getByRole('row', { name: 'GET /orders/:id 45' }).waitFor()
  await endpoints.getByText('no route matched').waitFor()
  expect(await endpoints.locator('bdi').allTextContents()).toContain(`/${MARKUP}`)
  const consumers = page.getByRole('table', { name: 'Consumers, most requests first' })
  expect(await consumers.locator('bdi').allTextContents()).toEqual(['northwind', 'scanner', MARKUP])
  expect(await page.evaluate(() => 'hit' in window)).toBe(false)

  const sentAt = performance.now()
  await send(key, [toEvent()])
  await page.locator('.tile data[value="50"]').waitFor()
  // Three seconds between refreshes, and what the server and a busy machine take.
  expect(performance.now() - sentAt).toBeLessThan(8_000)

  for (const period of ['24h', '7d', '30d']) {
    await page.getByRole('radio', { name: period }).check()
    await page.locator('.overview:not(.overview--stale) .tile data[value="50"]').waitFor()
  }
  expect(faults).toEqual([])
})

test('a wrong key is refused by the server and the form says what to do', async () => {
  const { page } = await openPage(browser)
  await page.goto(`${server.url}#key=way_read_wrong`)
  await expect.poll(() => page.getByRole('alert').textContent(), { timeout: 20_000 }).toMatch(/key/i)
  expect(page.url()).toBe(server.url)
})
