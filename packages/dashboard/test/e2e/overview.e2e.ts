import type { Filter, Metric, Query } from '@wayside/protocol'
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { formatCount } from '../../src/format/number.ts'
import { formatChip, toFilter, type Chip } from '../../src/state/chip.ts'
import { createRandom } from '../random.ts'
import { findFaults } from './find-faults.ts'
import { drawn, openShop, type Shop } from './shop.ts'

let shop: Shop
beforeAll(async () => {
  shop = await openShop()
}, 90_000)
afterAll(() => shop?.close())
afterEach(async () => {
  for (const context of shop.browser.contexts()) await context.close()
})

const tileValue = async (page: Page, label: string) => {
  const text = await page.locator('.tile', { hasText: label }).locator('data').getAttribute('value')
  return text === '' || text === null ? null : Number(text)
}
const legend = (page: Page, text: string) => page.locator('.legend__title').getByText(text, { exact: true })
const refusal = (status: number, detail: string) => ({ status, contentType: 'application/problem+json', body: JSON.stringify({ type: 'about:blank', title: 'No', status, detail }) })

const TILES: readonly (readonly [label: string, metric: Metric])[] = [
  ['Requests', 'requests'],
  ['Error rate', 'errorRate'],
  ['Latency p50', 'p50'],
  ['Latency p95', 'p95'],
  ['Latency p99', 'p99'],
  ['Consumers', 'consumers'],
  ['Bytes out', 'responseBytes'],
]
/** An hour that is over, so that both are asked the same. */
const RANGE = { from: new Date(Math.floor(Date.now() / 3_600_000) * 3_600_000 - 20 * 3_600_000).toISOString(), to: new Date(Math.floor(Date.now() / 3_600_000) * 3_600_000).toISOString() }

test('each tile and each row equals what the API says, whatever the filter', async () => {
  const values = async (dimension: 'endpoint' | 'consumer' | 'country' | 'client' | 'status') => (await shop.ask({ range: '30d', metrics: ['requests'], dimensions: [dimension] })).rows.map(([value = null]) => value)
  const options: Chip[] = []
  for (const dimension of ['endpoint', 'consumer', 'country', 'client', 'status'] as const)
    for (const value of await values(dimension)) options.push({ kind: 'value', dimension, isExcluded: false, value }, { kind: 'value', dimension, isExcluded: true, value })
  const random = createRandom(7)
  const choices = [[], ...Array.from({ length: 5 }, () => Array.from({ length: 1 + Math.floor(random() * 3) }, () => options[Math.floor(random() * options.length)]).filter((chip) => chip !== undefined))]
  for (const chips of choices) {
    const filter: Filter | null = toFilter(chips)
    const about: Pick<Query, 'range' | 'timeZone' | 'filter'> = { range: RANGE, timeZone: 'UTC', ...(filter !== null && { filter }) }
    const params = new URLSearchParams([...Object.entries(RANGE), ...chips.map((chip) => ['f', formatChip(chip)])])
    const { page, faults } = await shop.open(`?${params}`)
    const totals = await shop.ask({ ...about, metrics: TILES.map(([, metric]) => metric) })
    for (const [at, [label]] of TILES.entries()) expect(await tileValue(page, label), `${label} of ${String(params)}`).toBe(totals.rows[0]?.[at] ?? null)
    expect(await tileValue(page, 'Per minute')).toBeCloseTo(Number(totals.rows[0]?.[0]) / (20 * 60), 6)
    if (totals.rows[0]?.[0] !== 0) {
      const endpoints = await shop.ask({ ...about, metrics: ['requests'], dimensions: ['endpoint'] })
      const shown = page.getByRole('table', { name: 'Endpoints' }).locator('tbody tr')
      const drawnRows = await shown.evaluateAll((rows) => rows.map((row) => row.querySelector('td')?.textContent))
      expect(drawnRows).toEqual(endpoints.rows.slice(0, 10).map(([, requests]) => formatCount(Number(requests))))
    }
    expect(faults).toEqual([])
    await page.context().close()
  }
}, 90_000)

test('a click on a value filters all that is shown, with Shift it excludes, and chips can be turned around and removed', async () => {
  const { page, faults } = await shop.open()
  const all = await tileValue(page, 'Requests')
  await page.getByRole('table', { name: 'Countries' }).getByRole('button', { name: 'Germany' }).click()
  await page.waitForURL(/\?f=country:DE$/)
  await drawn(page)
  const german = (await tileValue(page, 'Requests')) ?? 0
  expect(german).toBeLessThan(all ?? 0)
  expect(await page.getByRole('table', { name: 'Countries' }).locator('tbody tr').count()).toBe(1)
  await page.getByRole('button', { name: 'Country is Germany: turn around' }).click()
  await page.waitForURL(/\?f=!country:DE$/)
  await drawn(page)
  expect((await tileValue(page, 'Requests')) ?? 0).toBeGreaterThanOrEqual((all ?? 0) - german)
  await page.getByRole('table', { name: 'Clients' }).getByRole('button', { name: 'curl' }).click({ modifiers: ['Shift'] })
  await page.waitForURL(/f=!client:curl$/)
  await page.reload()
  await drawn(page)
  expect(await page.locator('.chip').count()).toBe(2)
  await page.getByRole('button', { name: 'Remove the filter Country is not Germany' }).click()
  await page.waitForURL(/\?f=!client:curl$/)
  await page.locator('main h1').click()
  await page.keyboard.press('Escape')
  await page.waitForURL(shop.url)
  expect(faults).toEqual([])
})

test('a filter is added from the values that there are', async () => {
  const { page, faults } = await shop.open()
  await page.getByRole('button', { name: 'Add a filter' }).click()
  await page.getByLabel('What').selectOption('status')
  await page.getByRole('list', { name: 'Values' }).getByRole('button', { name: '404' }).waitFor()
  await page.getByLabel('What').selectOption('endpoint')
  await page.getByLabel('Contains').fill('/orders/')
  await page.getByRole('list', { name: 'Values' }).getByRole('button', { name: 'GET /v1/tenants/:tenant/orders/:id', exact: true }).click()
  await page.waitForURL(/\?f=endpoint:GET%20\/v1\/tenants\/:tenant\/orders\/:id$/)
  await drawn(page)
  expect(await page.getByRole('table', { name: 'Endpoints' }).locator('tbody tr').count()).toBe(1)
  expect(faults).toEqual([])
})

test('a period is chosen by click, by keyboard, from the menu and by dates, and lives in the address', async () => {
  const { page, faults } = await shop.open()
  await page.getByRole('radio', { name: '24h' }).focus()
  await page.keyboard.press('ArrowRight')
  await page.waitForURL(`${shop.url}?period=7d`)
  await legend(page, 'In the last 7 days').waitFor()
  await page.reload()
  await legend(page, 'In the last 7 days').waitFor()
  await page.getByRole('radio', { name: '1h' }).click()
  await legend(page, 'In the last hour').waitFor()
  await page.goBack()
  await legend(page, 'In the last 7 days').waitFor()
  await page.getByRole('button', { name: 'More periods' }).click()
  await page.getByRole('button', { name: '90d' }).click()
  await page.waitForURL(/period=90d/)
  await page.getByRole('button', { name: 'Period: 90d' }).click()
  await page.getByLabel('From', { exact: true }).fill('2026-01-01')
  await page.getByLabel('To', { exact: true }).fill('2026-01-31')
  await page.getByRole('button', { name: 'Show', exact: true }).click()
  await page.waitForURL(/from=2026-01-01&to=2026-01-31$/)
  await page.getByRole('button', { name: 'Period: 2026-01-01 – 2026-01-31' }).click()
  await page.getByLabel('Time zone').selectOption('America/New_York')
  await page.waitForURL(/zone=America\/New_York/)
  await page.getByLabel('Compare with the time before').uncheck()
  await page.waitForURL(/compare=no/)
  expect(faults).toEqual([])
})

test('the chart is read with the arrow keys, the mouse and as a table', async () => {
  const { page, faults } = await shop.open('?zone=UTC')
  const cursor = page.getByRole('slider', { name: 'Interval of the chart: Requests' })
  await cursor.focus()
  await page.keyboard.press('End')
  expect(await cursor.getAttribute('aria-valuetext')).toMatch(/^\w{3} \d+ \w{3}, \d\d:\d\d–\d\d:\d\d, incomplete: 2xx [\d,]+/)
  await page.keyboard.press('ArrowLeft')
  expect(await cursor.getAttribute('aria-valuetext')).toMatch(/^\w{3} \d+ \w{3}, \d\d:\d\d–\d\d:\d\d: 2xx/)
  await page.keyboard.press('Escape')
  expect(await page.locator('.legend__title').textContent()).toBe('In the last 24 hours')
  const box = await cursor.boundingBox()
  if (box === null) throw new Error('the chart has no place on the page')
  await page.mouse.move(box.x + box.width - 2, box.y + 60)
  await expect.poll(() => page.locator('.legend__title').textContent()).toMatch(/–\d\d:\d\dincomplete$/)
  await page.getByRole('button', { name: 'Table' }).click()
  const rows = page.getByRole('region', { name: 'Requests as a table' }).getByRole('row')
  expect(await rows.count()).toBe(97)
  expect(faults).toEqual([])
})

test('dragging over the chart, or Shift with the arrow keys, zooms all views', async () => {
  const { page } = await shop.open()
  const chart = page.getByRole('slider', { name: /^Interval of the chart/ })
  const box = await chart.boundingBox()
  if (box === null) throw new Error('the chart has no place on the page')
  await page.mouse.move(box.x + 300, box.y + 60)
  await page.mouse.down()
  await page.mouse.move(box.x + 400, box.y + 60, { steps: 4 })
  await page.mouse.up()
  await page.waitForURL(/\?from=\d{4}-\d\d-\d\dT\d\d:\d\dZ&to=\d{4}-\d\d-\d\dT\d\d:\d\dZ$/)
  await drawn(page)
  const before = page.url()
  await chart.focus()
  await page.keyboard.press('Home')
  for (let presses = 0; presses < 4; presses++) await page.keyboard.press('Shift+ArrowRight')
  expect(await chart.getAttribute('aria-valuetext')).toContain('Enter shows this part')
  await page.keyboard.press('Enter')
  await page.waitForURL((url) => url.href !== before && url.searchParams.get('from') === new URL(before).searchParams.get('from'))
})

test('a tile is shown in the chart, beside the time before', async () => {
  const { page } = await shop.open()
  await page.getByRole('button', { name: /^Latency p95/ }).click()
  await page.waitForURL(/\?chart=p95$/)
  await page.getByRole('heading', { name: 'Latency p95' }).waitFor()
  await drawn(page)
  await page.locator('.legend__figures').getByText('the 24 hours before').waitFor()
  expect(await page.getByRole('button', { name: /^Latency p95/ }).getAttribute('aria-pressed')).toBe('true')
})

test('a version of the service that came in the range is marked in the chart', async () => {
  const { page } = await shop.open()
  await page.locator('.mark', { hasText: '2.4.0' }).waitFor()
})

test('the file of a widget is what the API writes', async () => {
  const { page } = await shop.open('?period=30d&zone=UTC')
  const waiting = page.waitForEvent('download')
  await page.getByRole('button', { name: 'CSV of Countries' }).click()
  const download = await waiting
  expect(download.suggestedFilename()).toBe('countries.csv')
  const text = await (await download.createReadStream()).toArray()
  const { rows } = await shop.ask({ range: '30d', timeZone: 'UTC', metrics: ['requests'], dimensions: ['country'] })
  const lines = Buffer.concat(text).toString().trimEnd().split('\r\n')
  expect(lines[0]).toBe('country,requests,serverErrors,errorRate')
  expect(lines.slice(1).map((line) => line.split(',').slice(0, 2))).toEqual(rows.map(([country, requests]) => [country ?? '', String(requests)]))
})

test('keys do what the list of keys says, until they are turned off', async () => {
  const { page } = await shop.open()
  await page.keyboard.press('w')
  await page.waitForURL(/period=7d/)
  await page.keyboard.press('x')
  await page.waitForURL(/compare=no/)
  await page.keyboard.press('?')
  const dialog = page.getByRole('dialog', { name: 'Keys' })
  await dialog.waitFor()
  expect(await findFaults(page)).toEqual([])
  await dialog.getByLabel('Single keys are shortcuts').uncheck()
  await page.keyboard.press('Escape')
  await dialog.waitFor({ state: 'detached' })
  await page.keyboard.press('m')
  await page.keyboard.press('?')
  await dialog.waitFor()
  expect(page.url()).toContain('period=7d')
})

test('when the server fails the last data stays, and the page recovers by itself', async () => {
  const { page } = await shop.open('?period=1h')
  await page.route('**/query/batch', (route) => route.fulfill(refusal(503, 'The store is starting. Wait a moment.')))
  await page.getByRole('button', { name: 'Refresh' }).click()
  await page.getByRole('alert').getByText('The store is starting. Wait a moment. The figures below are from before.').waitFor()
  expect(await tileValue(page, 'Requests')).toBeGreaterThan(0)
  await page.unroute('**/query/batch')
  await page.getByRole('button', { name: 'Try now' }).click()
  await page.getByRole('alert').waitFor({ state: 'detached' })
})

test('a failure before the first data is told and tried again', async () => {
  const { page } = await shop.openEarly('', (early) => early.route('**/query/batch', (route) => route.fulfill(refusal(500, 'Something broke here; the log of the server says what.'))))
  await page.getByText('Something broke here; the log of the server says what.').waitFor()
  await page.unroute('**/query/batch')
  await page.getByRole('button', { name: 'Try now' }).click()
  await drawn(page)
})

test('a part that the server refuses spoils no other', async () => {
  const { page } = await shop.openEarly('', (early) =>
    early.route('**/query/batch', async (route) => {
      const response = await route.fetch()
      const body = (await response.json()) as { answers: Record<string, unknown>; problems: Record<string, unknown> }
      const { countries: _, ...answers } = body.answers
      await route.fulfill({ response, json: { answers, problems: { countries: { status: 422, detail: 'Too many groups: narrow the range.' } } } })
    }),
  )
  await drawn(page)
  await page.getByText('Too many groups: narrow the range.').waitFor()
  await page.getByRole('table', { name: 'Clients' }).waitFor()
})

test('a slow question says so and can be stopped', async () => {
  const { page } = await shop.open()
  const stopped: string[] = []
  page.on('requestfailed', (request) => stopped.push(request.url()))
  await page.route('**/query/batch', () => {})
  await page.getByRole('radio', { name: '30d' }).click()
  await page.getByText(/^Asking for \d s$/).waitFor()
  expect(await page.locator('.view--stale').count()).toBe(1)
  await page.getByRole('button', { name: 'Stop' }).click()
  await page.getByText('You stopped this question.').waitFor()
  await expect.poll(() => stopped.some((url) => url.endsWith('/query/batch'))).toBe(true)
})

test('a view has its outline until its first answer comes', async () => {
  const { page } = await shop.openEarly('', (early) => early.route('**/query/batch', () => {}))
  await page.locator('.view[aria-busy=true]').waitFor()
  expect(await page.getByRole('status').allTextContents()).toContain('Loading…')
})

test('a range without requests says so and leads on', async () => {
  const { page, faults } = await shop.open('?f=path:/nowhere&period=1h')
  await page.getByRole('heading', { name: 'No requests in the last hour that pass the filters' }).waitFor()
  expect(await findFaults(page)).toEqual([])
  await page.getByRole('button', { name: 'Show the last 6 hours' }).click()
  await page.waitForURL(/period=6h/)
  await page.getByRole('button', { name: 'Clear the filters' }).click()
  await legend(page, 'In the last 6 hours').waitFor()
  expect(faults).toEqual([])
})

test('what the figures lack is told, and nothing where they lack nothing', async () => {
  const { page } = await shop.open()
  expect(await page.locator('.banner').count()).toBe(0)
  await page.route('**/api/v1/delivery?*', (route) => route.fulfill({ json: { lost: 12, dropped: 4_000, unaccounted: 0, pendingSince: null, late: [] } }))
  await page.reload()
  await page.getByText('Not in these figures: 12 events lost on the way, 4,000 events dropped by the app.').waitFor()
})

test('light and dark follow the system until the reader chooses', async () => {
  const { page } = await shop.open('', { colorScheme: 'dark' })
  const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor)
  const dark = await ground()
  await page.getByRole('button', { name: 'Switch to light' }).click()
  // The attribute follows with the next frame.
  await expect.poll(ground).not.toBe(dark)
  const light = await ground()
  await page.reload()
  await drawn(page)
  expect(await ground()).toBe(light)
  await page.getByRole('button', { name: 'Switch to dark' }).click()
  await page.emulateMedia({ colorScheme: 'light' })
  expect(await ground()).toBe(light)
})
