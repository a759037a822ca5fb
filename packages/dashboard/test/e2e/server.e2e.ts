import type { ApiEvent } from '@wayside/protocol'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { sendDemoEvents } from '../demo-events.ts'
import { launchBrowser, openPage } from './open-browser.ts'
import { startRealServer, type RealServer } from './real-server.ts'
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
  // The soonest of three: what else the machine does may hold one of them up. The page's own turn comes after 10 seconds.
  const tookMs: number[] = []
  for (const producer of ['b', 'c', 'd']) {
    const sentAt = performance.now()
    await send(key, [toEvent()], producer)
    await page.locator(`.tile data[value="${47 + tookMs.length}"]`).waitFor()
    tookMs.push(performance.now() - sentAt)
  }
  expect(Math.min(...tookMs)).toBeLessThan(3_000)
  expect(faults).toEqual([])
})
