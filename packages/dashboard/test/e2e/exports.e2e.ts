import { readFileSync } from 'node:fs'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
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

  await page.getByRole('radio', { name: 'Parquet' }).check({ force: true })
  await page.getByRole('button', { name: 'Make the file' }).click()

  await page.getByRole('status').getByText('This is one export too many.').waitFor()
})

test('a part of the page that cannot be loaded says so, and a reload mends it', async () => {
  const { page } = await shop.openEarly('exports', (early) => early.route('**/assets/exports-view-*.js', (route) => route.abort()))
  await page.getByRole('alert').getByText('This part of the page could not be loaded.').waitFor()

  await page.unroute('**/assets/exports-view-*.js')
  await page.getByRole('button', { name: 'Reload the page' }).click()
  await drawn(page)

  await page.getByRole('heading', { name: 'A new file' }).waitFor()
})
