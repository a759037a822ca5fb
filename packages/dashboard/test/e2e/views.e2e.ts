import type { Metric, ProducersReport, RequestsPage } from '@wayside/protocol'
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { formatBytes } from '../../src/format/bytes.ts'
import { formatDuration } from '../../src/format/duration.ts'
import { formatCount, formatShare, formatShortCount } from '../../src/format/number.ts'
import { formatChip, toFilter, type Chip } from '../../src/state/chip.ts'
import { createRandom } from '../random.ts'
import { findFaults } from './find-faults.ts'
import { drawn, openShop, type Shop } from './shop.ts'

let shop: Shop
beforeAll(async () => {
  shop = await openShop()
})
afterAll(() => shop?.close())
afterEach(async () => {
  for (const context of shop.browser.contexts()) await context.close()
})

/** Days that are over, so that all who ask are told the same. */
const SPAN = { from: daysAgo(20), to: daysAgo(1) }
const ABOUT = { range: SPAN, timeZone: 'UTC' } as const
const SCOPE = `from=${SPAN.from}&to=${SPAN.to}&zone=UTC`

function daysAgo(days: number): string {
  return new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10)
}

/** Texts of a column by its name, of the rows that are shown. */
async function columnOf(page: Page, table: string, title: string): Promise<readonly string[]> {
  const rows = page.getByRole('table', { name: table, exact: true }).locator('tbody tr')
  return rows.evaluateAll((all, name) => all.map((row) => row.querySelector(`[data-title="${name}"]`)?.textContent ?? ''), title)
}
const namesOf = (page: Page, table: string) => page.getByRole('table', { name: table, exact: true }).locator('tbody th').allTextContents()
const figure = (page: Page, label: string) => page.locator('.figures__item', { hasText: label }).locator('dd').first().textContent()

const metricTexts: readonly (readonly [title: string, metric: Metric, format: (value: number | null) => string])[] = [
  ['Requests', 'requests', (value) => formatCount(value ?? 0)],
  ['p50', 'p50', formatDuration],
  ['p90', 'p90', formatDuration],
  ['p95', 'p95', formatDuration],
  ['p99', 'p99', formatDuration],
  ['Apdex', 'apdex', (value) => value?.toFixed(2) ?? '–'],
  ['Upstream', 'upstreamShare', formatShare],
  ['Bytes', 'responseBytes', (value) => formatBytes(value ?? 0)],
]

test('the table of endpoints is what the API says, in the order that a click asks for', async () => {
  const { page, faults } = await shop.open(`endpoints?${SCOPE}`)
  for (const sort of ['requests', 'p95', 'apdex'] as const) {
    if (sort !== 'requests') {
      await page.getByRole('columnheader', { name: sort === 'p95' ? 'p95' : 'Apdex' }).getByRole('button').click()
      await page.waitForURL(new RegExp(`sort=-${sort}`))
      await drawn(page)
    }
    const { rows } = await shop.ask({ ...ABOUT, metrics: metricTexts.map(([, metric]) => metric), dimensions: ['endpoint'], orderBy: [[sort, 'desc']] })
    for (const [at, [title, , format]] of metricTexts.entries()) {
      const texts = rows.map((row) => format(typeof row[at + 1] === 'number' ? Number(row[at + 1]) : null))
      await expect.poll(() => columnOf(page, 'Endpoints', title), { message: `${title} by ${sort}` }).toEqual(texts)
    }
  }
  expect(await page.getByRole('columnheader', { name: 'Apdex' }).getAttribute('aria-sort')).toBe('descending')
  expect(faults).toEqual([])
})

test('endpoints are searched, whether in upper or lower case, and one of them leads to its own page', async () => {
  const { page, faults } = await shop.open(`endpoints?${SCOPE}`)
  await page.keyboard.press('/')
  await page.keyboard.type('TENANTS/:tenant/orders/:id')
  await page.waitForURL(/q=TENANTS/)
  await expect.poll(() => namesOf(page, 'Endpoints')).toHaveLength(2)
  await page.getByRole('link', { name: 'GET /v1/tenants/:tenant/orders/:id', exact: true }).click()
  await page.waitForURL(/endpoint=GET/)
  await drawn(page)
  const { rows } = await shop.ask({ ...ABOUT, filter: ['is', 'endpoint', ['GET /v1/tenants/:tenant/orders/:id']], metrics: ['requests', 'errorRate', 'p95', 'max'] })
  const [requests = 0, errorRate = null, p95 = null, max = null] = (rows[0] ?? []).map((value) => (value === null ? null : Number(value)))
  expect(await figure(page, 'Requests')).toBe(formatShortCount(requests ?? 0))
  expect(await figure(page, 'Error rate')).toBe(formatShare(errorRate))
  expect(await figure(page, 'p95')).toBe(formatDuration(p95))
  expect(await figure(page, 'Slowest')).toBe(formatDuration(max))
  // The bands hold each request whose duration is known.
  await page.getByText(`${formatCount(requests ?? 0)} requests were measured`).waitFor()
  await page.getByRole('slider', { name: 'Requests by duration over time' }).focus()
  await page.keyboard.press('ArrowDown')
  expect(await page.getByRole('slider', { name: 'Requests by duration over time' }).getAttribute('aria-valuetext')).toMatch(/: [\d,]+ requests$/)
  expect(faults).toEqual([])
})

test('the log is what the API lists, page by page, and leads to each request', async () => {
  const { page, faults } = await shop.open(`requests?${SCOPE}&f=status:500`)
  const span = (await shop.ask({ ...ABOUT, metrics: ['requests'] })).meta
  const filter = encodeURIComponent(JSON.stringify(['is', 'status', [500]]))
  const listed = (await shop.get(`api/v1/requests?from=${span.from}&to=${span.to}&limit=100&filter=${filter}`)) as RequestsPage
  expect(await namesOf(page, 'The last requests')).toEqual(listed.requests.map(({ method, path }) => `${method}${path}`))
  expect(await columnOf(page, 'The last requests', 'Status')).toEqual(listed.requests.map(({ status }) => String(status)))
  await page.getByRole('table', { name: 'The last requests' }).getByRole('link').first().click()
  await page.waitForURL(/request=\d+-\d+/)
  await drawn(page)
  const [first] = listed.requests
  for (const text of [first?.userAgent, first?.errorMessage, first?.host, first?.instance]) if (text) await page.locator('.facts').getByText(text, { exact: true }).first().waitFor()
  await page.goBack()
  await drawn(page)
  expect(faults).toEqual([])
})

test('the log shows what comes in until it is paused, and downloads', async () => {
  const { page } = await shop.open('requests?period=7d')
  await page.getByRole('button', { name: 'Pause' }).click()
  await page.getByText('Paused: new requests wait.').waitFor()
  await page.getByRole('button', { name: 'Go on' }).click()
  await page.getByText('New requests appear by themselves.').waitFor()
  const waiting = page.waitForEvent('download')
  await page.getByRole('button', { name: 'NDJSON' }).click()
  const lines = Buffer.concat(await (await (await waiting).createReadStream()).toArray())
    .toString()
    .trimEnd()
    .split('\n')
  const { rows } = await shop.ask({ range: '7d', timeZone: 'UTC', metrics: ['requests'] })
  expect(lines).toHaveLength(Number(rows[0]?.[0]))
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ framework: 'express' })
  await page.getByRole('link', { name: 'Older requests →' }).click()
  await page.waitForURL(/before=/)
  await page.getByRole('table', { name: 'Older requests' }).waitFor()
})

test('errors are counted without the statuses that are expected, and one leads to where it is thrown', async () => {
  const { page, faults } = await shop.open(`errors?${SCOPE}`)
  const failed = ['gte', 'status', 400] as const
  const all = await shop.ask({ ...ABOUT, metrics: ['requests'], filter: failed })
  await page.locator('figcaption').getByText(`: ${formatShortCount(Number(all.rows[0]?.[0]))}`).waitFor()
  await page.getByLabel('404 is expected').check()
  await page.waitForURL(/expected=404/)
  const rest = await shop.ask({ ...ABOUT, metrics: ['requests'], filter: ['and', [failed, ['isNot', 'status', [404]]]] })
  await page.locator('figcaption').getByText(`: ${formatShortCount(Number(rest.rows[0]?.[0]))}`).waitFor()
  const thrown = await shop.ask({ ...ABOUT, metrics: ['requests'], dimensions: ['errorFingerprint'], filter: ['exists', 'errorFingerprint'] })
  expect(await columnOf(page, 'Errors thrown', 'Requests')).toEqual(thrown.rows.map(([, requests]) => formatCount(Number(requests))))
  await page.getByRole('link', { name: /^PaymentTimeout/ }).click()
  await page.waitForURL(/error=a91f03c2d4e5b687/)
  await drawn(page)
  expect(await figure(page, 'Requests')).toBe(formatCount(Number(thrown.rows.find(([fingerprint]) => fingerprint === 'a91f03c2d4e5b687')?.[1])))
  await page.getByText('loadPayment (src/payments.ts:12:9)').waitFor()
  expect(faults).toEqual([])
})

test('consumers are those of the API, and one shows its year', async () => {
  const { page, faults } = await shop.open(`consumers?${SCOPE}`)
  const { rows } = await shop.ask({ ...ABOUT, metrics: ['requests', 'responseBytes'], dimensions: ['consumer'], filter: ['exists', 'consumer'] })
  expect(await columnOf(page, 'Who calls', 'Requests')).toEqual(rows.map(([, requests]) => formatCount(Number(requests))))
  expect(await columnOf(page, 'Who calls', 'Bytes')).toEqual(rows.map(([, , bytes]) => formatBytes(Number(bytes))))
  await page.getByRole('link', { name: 'northwind-shop' }).click()
  await page.waitForURL(/consumer=northwind-shop/)
  await drawn(page)
  const one = await shop.ask({ ...ABOUT, metrics: ['requests'], filter: ['is', 'consumer', ['northwind-shop']] })
  expect(await figure(page, 'Requests')).toBe(formatShortCount(Number(one.rows[0]?.[0])))
  const calendar = page.getByRole('slider', { name: 'Requests of the last 12 months, by day' })
  await calendar.focus()
  await page.keyboard.press('End')
  expect(await calendar.getAttribute('aria-valuetext')).toMatch(/^Mon \d+ \w+: /)
  expect(faults).toEqual([])
})

test('the level of privacy that hides something says so', async () => {
  const { page } = await shop.openEarly('consumers', (early) => early.route('**/api/v1/project', (route) => route.fulfill({ json: { name: 'shop', keyKind: 'read', privacyFloor: 2 } })))
  await drawn(page)
  await page.getByText('This project never reads IP addresses').waitFor()
})

test('the audience is what the API says, for each of its tables', async () => {
  const { page, faults } = await shop.open(`audience?${SCOPE}`)
  for (const [title, dimension] of [
    ['Countries', 'country'],
    ['Operating systems', 'os'],
    ['Devices', 'device'],
    ['Bots', 'bot'],
    ['API versions', 'apiVersion'],
    ['Hosts', 'host'],
    ['Service versions', 'serviceVersion'],
    ['Instances', 'instance'],
  ] as const) {
    const { rows } = await shop.ask({ ...ABOUT, metrics: ['requests'], dimensions: [dimension] })
    expect(await columnOf(page, title, 'Requests'), title).toEqual(rows.slice(0, 8).map(([, requests]) => formatCount(Number(requests))))
  }
  expect(faults).toEqual([])
})

test('a version that came leads to what it changed, endpoint by endpoint', async () => {
  const { page, faults } = await shop.open('deploys?period=24h&zone=UTC')
  await page.getByRole('link', { name: /: compare$/ }).click()
  await page.waitForURL(/deploy=2\.4\.0&at=\d+$/)
  await drawn(page)
  const at = Number(new URL(page.url()).searchParams.get('at'))
  const window = 6 * 3_600_000
  const { rows, comparison } = await shop.ask({ range: { from: at, to: at + window }, compare: { from: at - window, to: at }, metrics: ['requests', 'errorRate'], dimensions: ['endpoint'] })
  const table = 'Before and after, by endpoint'
  expect(await columnOf(page, table, 'After')).toEqual(rows.map(([, requests]) => formatCount(Number(requests))))
  expect(await columnOf(page, table, 'Before')).toEqual(rows.map((_, row) => formatCount(Number(comparison?.rows[row]?.[0] ?? 0))))
  expect(await columnOf(page, table, 'Errors before')).toEqual(rows.map((_, row) => formatShare(toNumber(comparison?.rows[row]?.[1]))))
  expect(faults).toEqual([])
})

function toNumber(value: unknown): number | null {
  return typeof value === 'number' ? value : null
}

test('what changed is told by the values of each dimension, as the API counts them', async () => {
  const { page, faults } = await shop.open('changes?period=24h&zone=UTC')
  const { rows, comparison } = await shop.ask({ range: '24h', timeZone: 'UTC', metrics: ['requests'], dimensions: ['serviceVersion'], compare: 'previous' })
  const at = rows.findIndex(([version]) => version === '2.4.0')
  const row = page.getByRole('table', { name: 'What it is made of' }).getByRole('row').filter({ hasText: '2.4.0' })
  expect(await row.locator('[data-title=Now]').textContent()).toBe(formatCount(Number(rows[at]?.[1])))
  expect(await row.locator('[data-title=Before]').textContent()).toBe(formatCount(Number(comparison?.rows[at]?.[0] ?? 0)))
  await page.getByRole('radio', { name: 'Errors' }).click()
  await page.waitForURL(/of=errors/)
  await row.getByRole('button', { name: '2.4.0' }).click()
  await page.waitForURL(/f=serviceVersion:2.4.0/)
  await drawn(page)
  expect(faults).toEqual([])
})

test('the books of producers are those of the API', async () => {
  const { page, faults } = await shop.open('quality')
  const { summary, producers } = (await shop.get('api/v1/producers')) as ProducersReport
  expect(await figure(page, 'Captured')).toBe(formatCount(summary.captured))
  expect(await figure(page, 'Lost')).toBe(formatCount(summary.lost))
  expect(await columnOf(page, 'Producers', 'Stored')).toEqual(producers.map(({ stored }) => formatCount(stored)))
  await page.getByText('Nothing is missing in the last 24 hours, as far as the producers have told.').waitFor()
  expect(faults).toEqual([])
})

test('each table and figure of every view equals what the API says, whatever the filter', async () => {
  for (const chips of await randomChips(4)) {
    const filter = toFilter(chips)
    const about = { ...ABOUT, ...(filter !== null && { filter }) }
    const params = [SCOPE, ...chips.map((chip) => `f=${encodeURIComponent(formatChip(chip))}`)].join('&')
    const [requests = 0] = (await shop.ask({ ...about, metrics: ['requests'] })).rows[0] ?? []
    if (requests === 0) continue
    const { page, faults } = await shop.open(`endpoints?${params}`)
    const endpoints = await shop.ask({ ...about, metrics: metricTexts.map(([, metric]) => metric), dimensions: ['endpoint'] })
    for (const [at, [title, , format]] of metricTexts.entries())
      expect(await columnOf(page, 'Endpoints', title), `${title} of ${params}`).toEqual(endpoints.rows.map((row) => format(toNumber(row[at + 1]))))

    await page.goto(`${shop.url}consumers?${params}`)
    await drawn(page)
    const known = ['exists', 'consumer'] as const
    const consumers = await shop.ask({ ...about, metrics: ['requests'], dimensions: ['consumer'], filter: filter === null ? known : ['and', [filter, known]] })
    expect(await columnOf(page, 'Who calls', 'Requests'), params).toEqual(consumers.rows.map(([, count]) => formatCount(Number(count))))

    await page.goto(`${shop.url}audience?${params}`)
    await drawn(page)
    for (const [title, dimension] of [['Countries', 'country'], ['Operating systems', 'os'], ['Hosts', 'host'], ['Instances', 'instance']] as const) {
      const { rows } = await shop.ask({ ...about, metrics: ['requests'], dimensions: [dimension] })
      expect(await columnOf(page, title, 'Requests'), `${title} of ${params}`).toEqual(rows.slice(0, 8).map(([, count]) => formatCount(Number(count))))
    }

    await page.goto(`${shop.url}errors?${params}`)
    await drawn(page)
    const failed = ['gte', 'status', 400] as const
    const errors = await shop.ask({ ...about, metrics: ['requests'], filter: filter === null ? failed : ['and', [filter, failed]] })
    if (errors.rows[0]?.[0] !== 0) await page.locator('figcaption').getByText(`: ${formatShortCount(Number(errors.rows[0]?.[0]))}`).waitFor()
    expect(faults).toEqual([])
    await page.context().close()
  }
})

/** Filters as readers click them together, the same on each run; the first is none. */
async function randomChips(count: number): Promise<readonly (readonly Chip[])[]> {
  const random = createRandom(11)
  const options: Chip[] = []
  for (const dimension of ['endpoint', 'consumer', 'country', 'status', 'device'] as const)
    for (const [value = null] of (await shop.ask({ ...ABOUT, metrics: ['requests'], dimensions: [dimension] })).rows) options.push({ kind: 'value', dimension, isExcluded: random() < 0.5, value })
  const choose = () => options[Math.floor(random() * options.length)]
  return [[], ...Array.from({ length: count }, () => Array.from({ length: 1 + Math.floor(random() * 2) }, choose).filter((chip) => chip !== undefined))]
}

test('what is no answer of a query has a file too: the books, what changed, the bands of latency and the log', async () => {
  const { page, faults } = await shop.open('quality')
  const { producers } = (await shop.get('api/v1/producers')) as ProducersReport
  const books = await linesOf(page, 'Producers')
  expect(books).toHaveLength(producers.length + 1)
  expect(books[0]).toContain('producerId,service,')
  for (const { producerId } of producers) expect(books.some((line) => line.startsWith(`${producerId},`))).toBe(true)

  await page.goto(`${shop.url}changes?period=24h&zone=UTC`)
  await drawn(page)
  const { rows, comparison } = await shop.ask({ range: '24h', timeZone: 'UTC', metrics: ['requests'], dimensions: ['serviceVersion'], compare: 'previous' })
  const at = rows.findIndex(([version]) => version === '2.4.0')
  const changed = (await linesOf(page, 'What it is made of')).find((line) => line.startsWith('serviceVersion,2.4.0,'))
  expect(changed?.split(',').slice(2, 4).map(Number)).toEqual([Number(comparison?.rows[at]?.[0] ?? 0), Number(rows[at]?.[1])])

  await page.goto(`${shop.url}endpoints?${SCOPE}&endpoint=POST%20/v1/orders`)
  await drawn(page)
  const measured = (await linesOf(page, 'How long requests took')).slice(1).reduce((sum, line) => sum + Number(line.split(',')[2]), 0)
  const orders = await shop.ask({ ...ABOUT, filter: ['is', 'endpoint', ['POST /v1/orders']], metrics: ['requests'] })
  expect(measured).toBe(Number(orders.rows[0]?.[0]))

  await page.goto(`${shop.url}requests?${SCOPE}&f=status:500`)
  await drawn(page)
  const shown = await namesOf(page, 'The last requests')
  expect(await linesOf(page, 'The last requests')).toHaveLength(shown.length + 1)
  expect(faults).toEqual([])
})

/** Lines of the file that a card's button saves. */
async function linesOf(page: Page, card: string): Promise<readonly string[]> {
  const saved = page.waitForEvent('download')
  await page.getByRole('button', { name: `CSV of ${card}`, exact: true }).click()
  const text = Buffer.concat(await (await (await saved).createReadStream()).toArray()).toString()
  return text.trimEnd().split('\r\n')
}

test('a view is saved under a name, opened and removed', async () => {
  const { page, faults } = await shop.open('errors?period=7d&f=country:DE&expected=404')
  const url = page.url()
  await page.getByRole('button', { name: 'Save this view' }).click()
  await page.getByLabel('Save this view as').fill('German <b>errors</b>')
  await page.keyboard.press('Enter')
  await page.goto(shop.url)
  await drawn(page)
  await page.getByRole('button', { name: 'Saved (1) views' }).click()
  await page.getByRole('button', { name: 'German <b>errors</b>', exact: true }).click()
  await page.waitForURL(url)
  await page.goto(shop.url)
  await drawn(page)
  await page.keyboard.press('Control+k')
  await page.getByRole('combobox').fill('saved german')
  await page.getByRole('option', { name: 'German <b>errors</b>' }).waitFor()
  await page.keyboard.press('Enter')
  await page.waitForURL(url)
  await drawn(page)
  await page.getByRole('button', { name: 'Saved (1) views' }).click()
  await page.getByRole('button', { name: 'Remove German <b>errors</b>' }).click()
  await page.getByRole('button', { name: 'Save this view' }).waitFor()
  expect(faults).toEqual([])
})

test('a view is saved for everybody in the project, who open it in browsers of their own', async () => {
  const { page, faults } = await shop.open('errors?period=7d&f=country:DE')
  const url = page.url()
  await page.getByRole('button', { name: 'Save this view' }).click()
  await page.getByLabel('Save this view as').fill('Our <i>errors</i>')
  await page.getByLabel('For everybody in the project').check()
  expect(await findFaults(page)).toEqual([])
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await page.getByLabel('Save this view as').waitFor({ state: 'detached' })

  const other = await shop.open()
  await other.page.getByRole('button', { name: 'Save this view' }).click()
  await other.page.getByRole('list', { name: 'Views of the project' }).getByRole('button', { name: 'Our <i>errors</i>', exact: true }).click()
  await other.page.waitForURL(url)
  await drawn(other.page)
  await other.page.getByRole('button', { name: 'Save this view' }).click()
  await other.page.getByRole('button', { name: 'Remove Our <i>errors</i>' }).click()
  await other.page.getByRole('list', { name: 'Views of the project' }).waitFor({ state: 'detached' })
  expect([...faults, ...other.faults]).toEqual([])
})

test('the scope goes along from view to view, and what is chosen in a view stays there', async () => {
  const { page } = await shop.open('endpoints?period=7d&f=country:DE&sort=-p95')
  await page.getByRole('navigation', { name: 'Views' }).getByRole('link', { name: 'Errors' }).click()
  await page.waitForURL(`${shop.url}errors?period=7d&f=country:DE`)
  await page.keyboard.press('1')
  await page.waitForURL(`${shop.url}?period=7d&f=country:DE`)
  await page.goBack()
  await page.goBack()
  expect(page.url()).toBe(`${shop.url}endpoints?period=7d&f=country:DE&sort=-p95`)
})
