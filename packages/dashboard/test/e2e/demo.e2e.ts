import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { launchBrowser, openPage } from './open-browser.ts'
import { startRealServer, type RealServer } from './real-server.ts'
import { drawn } from './shop.ts'

let browser: Browser
let server: RealServer
beforeAll(async () => {
  server = await startRealServer(['--demo'])
  browser = await launchBrowser()
})
afterAll(async () => {
  await browser?.close()
  await server?.stop()
})

test('whoever opens the demo sees a month of requests in each view, and nothing to change', async () => {
  const { page, faults } = await openPage(browser)
  await page.goto(`${server.url}dashboard/demo`)
  await drawn(page)
  expect(page.url()).toBe(server.url)
  await page.getByText('Wayside demo').waitFor()
  await page.keyboard.press('m')
  await page.waitForURL('**/?period=30d')
  await page.getByRole('table', { name: 'Endpoints' }).getByText('/v1/stations/:station').first().waitFor()
  for (const view of ['Endpoints', 'Requests', 'Errors', 'Consumers', 'Audience', 'Deploys', 'What changed?', 'Files', 'Uptime', 'Alerts', 'Data quality']) {
    await page.getByRole('navigation', { name: 'Views' }).getByRole('link', { name: view }).click()
    await page.getByRole('heading', { level: 1, name: view }).waitFor()
    await drawn(page)
    expect(await page.getByText('did not answer').count(), view).toBe(0)
  }
  expect(faults.filter((fault) => !fault.includes('status of 403'))).toEqual([])
})
