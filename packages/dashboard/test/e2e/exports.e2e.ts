import { readFileSync } from 'node:fs'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { sendDemoEvents, toDemoEvents } from '../demo-events.ts'
import { findFaults } from './find-faults.ts'
import { openPage } from './open-browser.ts'
import { startRealServer, type RealServer } from './real-server.ts'
import { drawn, openShop, type Shop } from './shop.ts'

let shop: Shop
beforeAll(async () => {
  shop = await openShop(600)
}, 90_000)
afterAll(() => shop?.close())
afterEach(async () => {
  for (const context of shop.browser.contexts()) await context.close()
})

test('the requests of the page become a file, which is downloaded once by its link and removed', async () => {
  const { page, faults } = await shop.open('exports?period=30d&f=method:POST')
  const { rows } = await shop.ask({ range: '30d', metrics: ['requests'], filter: ['is', 'method', ['POST']] })
  const count = Number(rows[0]?.[0])
  await page.getByText('No file has been asked for.').waitFor()
  await page.getByText('All requests in the last 30 days that pass the filters above, one a row.').waitFor()

  await page.getByRole('button', { name: 'Make the file' }).click()
  const button = page.getByRole('button', { name: /^Download wayside-requests-.*\.csv$/ })
  await button.waitFor()
  const [download] = await Promise.all([page.waitForEvent('download'), button.click()])
  const text = readFileSync(await download.path(), 'utf8')

  expect(download.suggestedFilename()).toMatch(/^wayside-requests-[\d-]+-to-[\d-]+\.csv$/)
  expect(text.trimEnd().split('\r\n').slice(1).map((line) => line.split(',')[4])).toEqual(Array.from({ length: count }, () => 'POST'))
  const again = await fetch(download.url())
  expect(again.status).toBe(404)

  await page.getByRole('button', { name: /^Remove wayside-requests-/ }).click()
  await page.getByText('No file has been asked for.').waitFor()
  expect(await shop.get('api/v1/exports')).toEqual({ exports: [] })
  expect(faults).toEqual([])
})

test('what the server refuses is said beside the button', async () => {
  const { page } = await shop.open('exports?period=7d')
  await page.route('**/api/v1/exports', (route) => (route.request().method() === 'POST' ? route.fulfill({ status: 409, contentType: 'application/problem+json', body: JSON.stringify({ type: 'about:blank', title: 'Conflict', status: 409, detail: 'This is one export too many.' }) }) : route.fallback()))

  await page.getByRole('group', { name: 'Format', exact: true }).getByRole('radio', { name: 'Parquet' }).check({ force: true })
  await page.getByRole('button', { name: 'Make the file' }).click()

  await page.getByRole('alert').getByText('This is one export too many.').waitFor()
})

test('who administers the project says what is made and sent by itself; who does not is told so', async () => {
  const server = await startRealServer(['--smtp-url', 'smtp://127.0.0.1:1', '--mail-from', 'wayside@example.org', '--public-url', 'https://wayside.example.org'])
  try {
    const key = await makeAdminKey(server)
    const now = Date.now()
    await sendDemoEvents(server.url, key, toDemoEvents({ now, days: 1, count: 20 }), now)
    const { page, faults } = await openPage(shop.browser)
    await page.goto(`${server.url}exports#key=${key}`)
    await page.getByRole('checkbox', { name: 'A file of each day' }).click()
    const field = page.getByRole('textbox', { name: 'Each week to' })
    await field.fill('ada@example.org, Eve@Example.org')
    await page.getByRole('button', { name: 'Save: Each week to' }).click()
    await expect.poll(() => field.inputValue()).toBe('ada@example.org, eve@example.org')
    expect(faults).toEqual([])
    await field.fill('nobody')
    await page.getByRole('button', { name: 'Save: Each week to' }).click()
    await page.getByRole('alert').getByText('is no e-mail address').waitFor()
    await page.reload()
    await expect.poll(() => field.inputValue()).toBe('ada@example.org, eve@example.org')
    expect(await page.getByRole('checkbox', { name: 'A file of each day' }).isChecked()).toBe(true)
    expect(await findFaults(page)).toEqual([])
  } finally {
    await server.stop()
  }

  const { page } = await shop.open('exports')
  expect(await page.getByRole('heading', { name: 'Reports by e-mail' }).count()).toBe(0)
  await page.getByRole('checkbox', { name: 'A file of each month' }).click()
  await page.getByRole('alert').getByText('This needs a key of kind admin').waitFor()
})

/** A key of a project that somebody made who has set the server up. */
async function makeAdminKey({ url, setUpUrl }: RealServer): Promise<string> {
  const { origin } = new URL(url)
  let cookie = ''
  const post = async (path: string, body: unknown, headers: Record<string, string> = {}) => {
    const response = await fetch(`${url}${path}`, { method: 'POST', headers: { origin, cookie, 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) })
    cookie = response.headers.getSetCookie()[0]?.split(';', 1)[0] ?? cookie
    return (await response.json()) as Record<string, unknown>
  }
  await post('api/v1/setup', { token: new URL(await setUpUrl).hash.slice(1), email: 'ada@example.org', password: 'correct horse battery' })
  const { id } = await post('api/v1/projects', { name: 'shop' })
  return String((await post('api/v1/keys', { kind: 'admin' }, { 'x-wayside-project': String(id) }))['key'])
}

test('a part of the page that cannot be loaded says so, and a reload mends it', async () => {
  const { page } = await shop.openEarly('exports', (early) => early.route('**/assets/exports-view-*.js', (route) => route.abort()))
  await page.getByRole('alert').getByText('This part of the page could not be loaded.').waitFor()

  await page.unroute('**/assets/exports-view-*.js')
  await page.getByRole('button', { name: 'Reload the page' }).click()
  await drawn(page)

  await page.getByRole('heading', { name: 'A new file' }).waitFor()
})
