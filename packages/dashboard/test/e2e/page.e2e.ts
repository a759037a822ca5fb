import type { Overview } from '@wayside/protocol'
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { formatCount } from '../../src/format/number.ts'
import { startFixtureServer, toRefusal, type FixtureServer } from '../fixture-server.ts'
import { toEmptyOverview, toOverviewFixture } from '../overview-fixture.ts'
import { DIST } from './build-page.ts'
import { launchBrowser, openPage } from './open-browser.ts'

const KEY = 'way_read_0123456789abcdef'
const WRONG_KEY = toRefusal(401, 'The key is unknown. Enter another one.')

let browser: Browser
let server: FixtureServer

beforeAll(async () => {
  browser = await launchBrowser()
})
afterAll(() => browser.close())
beforeEach(async () => {
  server = await startFixtureServer(DIST, {
    overview: (period, key) => (key === KEY ? toOverviewFixture(period, Date.now()) : WRONG_KEY),
    project: (key) => (key === KEY ? { name: 'orders-api', keyKind: 'read' } : WRONG_KEY),
    generate: () => KEY,
  })
})
afterEach(async () => {
  for (const context of browser.contexts()) await context.close()
  await server.close()
})

const overviewHeading = (page: Page) => page.getByRole('heading', { name: 'Overview' })
/** The chart, once it shows that period. */
const chartOf = (page: Page, words: string) => page.locator('.legend__title').getByText(words, { exact: true })
const tile = (page: Page, label: string) => page.locator('.tile', { hasText: label }).locator('data')
const tileValue = async (page: Page, label: string) => Number(await tile(page, label).getAttribute('value'))

test('a key entered in the form opens the overview, and a wrong one is refused with a reason', async () => {
  const { page, faults } = await openPage(browser)
  await page.goto(server.url)
  await page.getByLabel('Key').fill('wrong')
  await page.keyboard.press('Enter')
  await page.getByText('The key is unknown. Enter another one.').waitFor()
  expect(await page.getByLabel('Key').evaluate((field) => field === document.activeElement)).toBe(true)
  // The browser itself logs the refusal.
  expect(faults.filter((fault) => !fault.includes('401'))).toEqual([])
  await page.getByLabel('Key').fill(KEY)
  await page.getByRole('button', { name: 'Open the dashboard' }).click()
  await overviewHeading(page).waitFor()
  await expect.poll(() => page.title()).toBe('orders-api · Wayside')
})

test('a key in the link signs in and is found in no address, history entry, request or referrer', async () => {
  const { page, faults } = await openPage(browser)
  await page.goto(`${server.url}?period=7d#key=${KEY}`)
  await overviewHeading(page).waitFor()
  expect(page.url()).toBe(`${server.url}?period=7d`)
  await page.getByRole('radio', { name: '30d' }).click()
  await page.waitForURL(/period=30d/)
  await page.goBack()
  await page.waitForURL(/period=7d/)
  expect(page.url()).not.toContain(KEY)
  const session = await page.context().newCDPSession(page)
  const { entries } = await session.send('Page.getNavigationHistory')
  expect(JSON.stringify(entries.map(({ url, userTypedURL }) => [url, userTypedURL]))).not.toContain('key=')
  expect(JSON.stringify(server.requests)).not.toContain(KEY)
  expect(await page.evaluate(() => document.referrer)).toBe('')
  expect(faults).toEqual([])
})

test('a key in a link followed in an open page is taken over too', async () => {
  const { page } = await openPage(browser)
  await page.goto(server.url)
  await page.getByLabel('Key').waitFor()
  await page.evaluate((key) => (location.hash = `key=${key}`), KEY)
  await overviewHeading(page).waitFor()
  expect(page.url()).toBe(server.url)
})

test('the key outlives a reload, and signing out forgets it', async () => {
  const { page } = await openPage(browser)
  await page.goto(`${server.url}#key=${KEY}`)
  await overviewHeading(page).waitFor()
  await page.reload()
  await overviewHeading(page).waitFor()
  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.getByLabel('Key').waitFor()
  expect(await page.evaluate(() => JSON.stringify({ ...sessionStorage, ...localStorage }))).not.toContain(KEY)
  await page.reload()
  await page.getByLabel('Key').waitFor()
})

test('a revoked key leads back to the form, which says why', async () => {
  const { page } = await openPage(browser)
  await page.goto(`${server.url}#key=${KEY}`)
  await overviewHeading(page).waitFor()
  server.answers.overview = () => toRefusal(401, 'The key was revoked. Ask for another one.')
  await page.getByRole('button', { name: 'Refresh' }).click()
  await page.getByText('The key was revoked. Ask for another one.').waitFor()
  await page.getByLabel('Key').waitFor()
})

test('tiles, tables and the sentence say what the API says', async () => {
  const answer = toOverviewFixture('24h', Date.UTC(2026, 10, 22, 18, 20))
  server.answers.overview = () => answer
  const { page, faults } = await openPage(browser)
  await page.goto(`${server.url}#key=${KEY}`)
  await overviewHeading(page).waitFor()
  const { totals } = answer
  expect(await tileValue(page, 'Requests')).toBe(totals.requests)
  expect(await tileValue(page, 'Error rate')).toBe(totals.errorRate)
  expect(await tileValue(page, 'Consumers')).toBe(totals.consumers)
  expect(await tileValue(page, 'Latency p50')).toBe(totals.p50Ms)
  expect(await tileValue(page, 'Latency p95')).toBe(totals.p95Ms)
  expect(await tileValue(page, 'Latency p99')).toBe(totals.p99Ms)
  expect(await tileValue(page, 'Bytes out')).toBe(totals.responseBytes)
  const minutes = (answer.completeUntil - answer.from) / 60_000
  expect(await tileValue(page, 'Per minute')).toBeCloseTo(totals.requests / minutes, 6)
  await page.getByRole('button', { name: 'Show all 14' }).click()
  const endpoints = page.getByRole('table', { name: 'Endpoints, most requests first' })
  for (const { method, route, requests } of answer.endpoints) {
    const name = page.getByRole('rowheader', { name: `${method} ${route ?? 'no route matched'}`, exact: true })
    const row = endpoints.getByRole('row').filter({ has: name })
    expect(await row.getByRole('cell').first().textContent()).toBe(formatCount(requests))
  }
  const consumers = page.getByRole('table', { name: 'Consumers, most requests first' })
  expect(await consumers.getByRole('rowheader').first().textContent()).toBe('northwind-shop')
  await page.getByText(`${formatCount(totals.requests)} requests in the last 24 hours`).waitFor()
  expect(faults).toEqual([])
})

test('a period is chosen by click or keyboard and lives in the address', async () => {
  const { page, faults } = await openPage(browser)
  await page.goto(`${server.url}#key=${KEY}`)
  await overviewHeading(page).waitFor()
  await page.getByRole('radio', { name: '24h' }).focus()
  await page.keyboard.press('ArrowRight')
  await page.waitForURL(`${server.url}?period=7d`)
  await chartOf(page, 'In the last 7 days').waitFor()
  await page.reload()
  await chartOf(page, 'In the last 7 days').waitFor()
  await page.getByRole('radio', { name: '1h' }).click()
  await chartOf(page, 'In the last hour').waitFor()
  await page.goBack()
  await chartOf(page, 'In the last 7 days').waitFor()
  expect(faults).toEqual([])
})

test('the chart is read with the arrow keys, the mouse and as a table', async () => {
  const answer = toOverviewFixture('24h', Date.UTC(2026, 10, 22, 18, 20))
  server.answers.overview = () => answer
  const { page, faults } = await openPage(browser)
  await page.goto(`${server.url}#key=${KEY}`)
  const cursor = page.getByRole('slider', { name: 'Interval of the chart' })
  await cursor.focus()
  await page.keyboard.press('End')
  expect(await cursor.getAttribute('aria-valuetext')).toMatch(/^Sun 22 Nov, 18:15–18:30, incomplete: [\d,]+ requests; 2xx/)
  await page.keyboard.press('ArrowLeft')
  expect(await cursor.getAttribute('aria-valuetext')).toMatch(/^Sun 22 Nov, 18:00–18:15: /)
  expect(await page.locator('.legend__title').textContent()).toBe('Sun 22 Nov, 18:00–18:15')
  await page.keyboard.press('Escape')
  expect(await page.locator('.legend__title').textContent()).toBe('In the last 24 hours')
  const box = await cursor.boundingBox()
  if (box === null) throw new Error('the chart has no place on the page')
  await page.mouse.move(box.x + box.width - 2, box.y + 60)
  expect(await page.locator('.legend__title').textContent()).toBe('Sun 22 Nov, 18:15–18:30incomplete')
  await page.getByRole('button', { name: 'Table' }).click()
  const rows = page.getByRole('region', { name: 'Requests over time as a table' }).getByRole('row')
  expect(await rows.count()).toBe(answer.series.length + 1)
  expect(faults).toEqual([])
})

test('the page refreshes by itself and says how old it is', async () => {
  let requests = 100
  const withRequests = (overview: Overview) => ({ ...overview, totals: { ...overview.totals, requests: requests++ } })
  server.answers.overview = (period) => withRequests(toOverviewFixture(period, Date.now()))
  const { page } = await openPage(browser)
  await page.goto(`${server.url}?period=1h#key=${KEY}`)
  await page.locator('.tile data[value="100"]').waitFor()
  await page.getByText('Updated now').waitFor()
  await page.getByText(/Updated \d s ago/).waitFor()
  await page.locator('.tile data[value="101"]').waitFor()
})

test('when the server fails the last data stays, and the page recovers by itself', async () => {
  const { page } = await openPage(browser)
  await page.goto(`${server.url}?period=1h#key=${KEY}`)
  await overviewHeading(page).waitFor()
  const { overview } = server.answers
  server.answers.overview = () => toRefusal(503, 'The store is starting. Wait a moment.')
  await page.getByRole('button', { name: 'Refresh' }).click()
  await page.getByRole('alert').getByText('The store is starting. Wait a moment. The figures below are from before.').waitFor()
  expect(await tileValue(page, 'Requests')).toBeGreaterThan(0)
  server.answers.overview = overview
  await page.getByRole('button', { name: 'Try now' }).click()
  await page.getByRole('alert').waitFor({ state: 'detached' })
})

test('a failure before the first data is told and tried again', async () => {
  const { overview } = server.answers
  server.answers.overview = () => toRefusal(500, 'Something broke here; the log of the server says what.')
  const { page } = await openPage(browser)
  await page.goto(`${server.url}#key=${KEY}`)
  await page.getByText('Something broke here; the log of the server says what.').waitFor()
  server.answers.overview = overview
  await page.getByRole('button', { name: 'Try now' }).click()
  await chartOf(page, 'In the last 24 hours').waitFor()
})

test('a key is made, its code is shown, and the first request opens the overview', async () => {
  let arrived = false
  server.answers.overview = (period) =>
    arrived ? toOverviewFixture(period, Date.now()) : toEmptyOverview(period, Date.now())
  server.answers.project = () => ({ name: 'orders-api', keyKind: 'combined' })
  const { page, faults } = await openPage(browser, { permissions: ['clipboard-read', 'clipboard-write'] })
  await page.goto(server.url)
  await page.getByRole('button', { name: 'Make a key' }).click()
  await page.getByRole('heading', { name: 'Send the first request' }).waitFor()
  await page.getByRole('button', { name: 'Copy key' }).click()
  await page.getByText('Copied').waitFor()
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(KEY)
  for (const framework of ['Express', 'Fastify', 'Koa', 'NestJS']) {
    await page.getByRole('radio', { name: framework }).click()
    const code = await page.getByRole('group', { name: 'code', exact: true }).textContent()
    expect(code).toContain(`from '@wayside/${framework.toLowerCase()}'`)
    expect(code).toContain(KEY)
    expect(code).toContain(server.url.slice(0, -1))
  }
  await page.getByText('Listening for the first request').waitFor()
  arrived = true
  await overviewHeading(page).waitFor()
  expect(await page.getByRole('status').allTextContents()).toContain('The first request has arrived.')
  expect(page.url()).toBe(`${server.url}?period=1h`)
  expect(faults).toEqual([])
})

test('where keys are not made by everyone, the form says how to get one', async () => {
  server.answers.generate = () => toRefusal(403, 'On the server run: wayside keys create --kind read')
  const { page } = await openPage(browser)
  await page.goto(server.url)
  await page.getByRole('button', { name: 'Make a key' }).click()
  await page.getByText('On the server run: wayside keys create --kind read').waitFor()
  expect(await page.getByRole('button', { name: 'Make a key' }).count()).toBe(0)
})

test('a key that only reads is not put into code that sends', async () => {
  server.answers.overview = (period) => toEmptyOverview(period, Date.now())
  const { page } = await openPage(browser)
  await page.goto(`${server.url}#key=${KEY}`)
  await page.getByText('wayside keys create --kind ingest --project orders-api').waitFor()
  expect(await page.getByRole('group', { name: 'code', exact: true }).textContent()).not.toContain(KEY)
})

test('a quiet period says so and offers a longer one', async () => {
  server.answers.overview = (period) => {
    const isQuiet = period === '1h' || period === '24h'
    return isQuiet ? toEmptyOverview(period, Date.now()) : toOverviewFixture(period, Date.now())
  }
  const { page, faults } = await openPage(browser)
  await page.goto(`${server.url}#key=${KEY}`)
  await page.getByRole('heading', { name: 'No requests in the last 24 hours' }).waitFor()
  await page.getByRole('button', { name: 'Show the last 7 days' }).click()
  await chartOf(page, 'In the last 7 days').waitFor()
  expect(faults).toEqual([])
})

test('what the figures lack is told, and nothing where they lack nothing', async () => {
  const { page, faults } = await openPage(browser)
  await page.goto(`${server.url}#key=${KEY}`)
  await chartOf(page, 'In the last 24 hours').waitFor()
  expect(await page.locator('.banner').count()).toBe(0)
  server.answers.overview = (period) => ({
    ...toOverviewFixture(period, Date.now()),
    delivery: { lost: 12, dropped: 4_000, unaccounted: 0, pendingSince: null, late: [] },
  })
  await page.reload()
  await page.getByText('Not in these figures: 12 events lost on the way, 4,000 events dropped by the app.').waitFor()
  expect(faults).toEqual([])
})

test('light and dark follow the system until the reader chooses', async () => {
  const { page } = await openPage(browser, { colorScheme: 'dark' })
  const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor)
  await page.goto(`${server.url}#key=${KEY}`)
  await overviewHeading(page).waitFor()
  const dark = await ground()
  await page.getByRole('button', { name: 'Switch to light' }).click()
  const light = await ground()
  expect(light).not.toBe(dark)
  await page.reload()
  await overviewHeading(page).waitFor()
  expect(await ground()).toBe(light)
  await page.getByRole('button', { name: 'Switch to dark' }).click()
  await page.emulateMedia({ colorScheme: 'light' })
  expect(await ground()).toBe(light)
})

test.each([320, 390, 768, 1024, 1280])('at %d pixels nothing scrolls sideways', async (width) => {
  const { page } = await openPage(browser, { viewport: { width, height: 800 } })
  const overflow = () => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
  await page.goto(server.url)
  await page.getByLabel('Key').waitFor()
  expect(await overflow()).toBe(0)
  await page.goto(`${server.url}#key=${KEY}`)
  await overviewHeading(page).waitFor()
  await chartOf(page, 'In the last 24 hours').waitFor()
  expect(await overflow()).toBe(0)
  server.answers.overview = (period) => toEmptyOverview(period, Date.now())
  await page.reload()
  await page.getByText('Listening for the first request').waitFor()
  expect(await overflow()).toBe(0)
})

test('text from data is drawn as text, whatever it holds', async () => {
  const payloads = [
    `<script>window.hit=1</script>`,
    `<img src=x onerror="window.hit=1">`,
    `"><svg onload=window.hit=1>`,
    `javascript:window.hit=1`,
    `{{constructor.constructor('window.hit=1')()}}`,
    `</title><script>window.hit=1</script>`,
    `&lt;b&gt;&amp;#x3c;`,
    `\u202eevil\u0000\u2028${'long'.repeat(100)}`,
  ]
  const base = toOverviewFixture('24h', Date.now())
  const [endpoint] = base.endpoints
  if (endpoint === undefined) throw new Error('the fixture has no endpoint')
  server.answers.overview = () => ({
    ...base,
    project: { id: 'x', name: payloads[5] ?? '' },
    endpoints: payloads.map((text) => ({ ...endpoint, method: text.slice(0, 16), route: text })),
    consumers: payloads.map((text) => ({ kind: 'user', consumer: text, requests: 3, errors: 1, lastSeenAt: base.from })),
    countries: payloads.map((value) => ({ value, requests: 3, errors: 1 })),
    clients: payloads.map((value) => ({ value, requests: 3, errors: 1 })),
  })
  const { page, faults } = await openPage(browser, { viewport: { width: 390, height: 800 } })
  await page.goto(`${server.url}#key=${KEY}`)
  await overviewHeading(page).waitFor()
  for (const name of ['Endpoints', 'Consumers', 'Countries', 'Clients']) {
    const drawn = await page.getByRole('table', { name: `${name}, most requests first` }).locator('bdi').allTextContents()
    // HTML itself turns NUL into the replacement character only when it parses; text nodes keep it.
    expect(drawn, name).toEqual(payloads)
  }
  await expect.poll(() => page.title()).toBe(`${payloads[5]} · Wayside`)
  expect(await page.evaluate(() => 'hit' in window)).toBe(false)
  expect(await page.locator('main img, main script, main b, #app script').count()).toBe(0)
  expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).toBe(0)
  expect(faults).toEqual([])
})

test('the page works under a base path', async () => {
  const based = await startFixtureServer(DIST, server.answers, '/tools/analytics/')
  try {
    const { page, faults } = await openPage(browser)
    await page.goto(`${based.url}#key=${KEY}`)
    await overviewHeading(page).waitFor()
    expect(faults).toEqual([])
  } finally {
    await based.close()
  }
})
