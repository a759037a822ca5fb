import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Browser, BrowserContextOptions } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { expectNoSideways } from './expect-no-sideways.ts'
import { findFaults } from './find-faults.ts'
import { launchBrowser, openPage } from './open-browser.ts'
import { startRealServer, type RealServer } from './real-server.ts'

let server: RealServer
let browser: Browser
let key: string
/** A target on this machine, which answers with this status. */
const target = { status: 200, url: '' }
const listener = createServer((_request, response) => void response.writeHead(target.status).end('all is well'))

beforeAll(async () => {
  await new Promise<void>((resolve) => void listener.listen(0, '127.0.0.1', resolve))
  target.url = `http://127.0.0.1:${(listener.address() as AddressInfo).port}/health`
  server = await startRealServer(['--private-targets', '127.0.0.1'])
  browser = await launchBrowser()
  key = String(await (await fetch(`${server.url}api/generate`, { method: 'POST' })).json())
}, 120_000)
afterAll(async () => {
  await browser?.close()
  await server?.stop()
  listener.close()
})
afterEach(async () => {
  for (const context of browser.contexts()) await context.close()
})

async function open(path: string, options: BrowserContextOptions = {}) {
  const watched = await openPage(browser, options)
  await watched.page.goto(`${server.url}${path}#key=${key}`)
  return watched
}

test('a person tries a check, makes a monitor, sees it go down and up, plans maintenance and publishes a page', async () => {
  const { page, faults } = await open('uptime')
  await page.getByText('None yet. A monitor asks an address').waitFor()

  await page.getByRole('button', { name: 'New monitor' }).click()
  await page.getByLabel('Name', { exact: true }).fill('Shop <b>')
  await page.getByLabel(/^Address/).fill(target.url)
  await page.getByLabel('Every').selectOption('20 seconds')
  await page.getByText('More', { exact: true }).click()
  await page.getByLabel('Failures that open an incident').fill('1')
  await page.getByLabel('Successes that close it').fill('1')
  await page.getByLabel(/^Headers/).fill('X-Secret: s3cret')
  await page.getByRole('button', { name: 'Check now' }).click()
  await page.getByRole('status').getByText(/^Up, status 200 after /).waitFor()
  await page.getByRole('button', { name: 'Make the monitor' }).click()
  await page.getByRole('button', { name: 'Change' }).waitFor()
  expect(new URL(page.url()).searchParams.get('monitor')).toMatch(/^[\da-f-]{36}$/)

  // The server makes the first check by itself.
  const state = page.locator('.crumbs .uptime')
  const look = async (word: string) => {
    await expect.poll(async () => {
      await page.getByRole('button', { name: 'Check now' }).click()
      return state.textContent()
    }, { timeout: 60_000, interval: 3_000 }).toContain(word)
  }
  await look('Up')
  target.status = 503
  await look('Down')
  await page.getByText(/^Down for .*because it answered with status 503\.$/).waitFor()
  target.status = 200
  await look('Up')
  await page.getByRole('table', { name: 'Incidents' }).getByText('it answered with status 503').waitFor()
  await page.getByRole('table', { name: 'Checks' }).getByRole('row').nth(3).waitFor()

  await page.getByRole('button', { name: 'Change' }).click()
  await page.getByText('More', { exact: true }).click()
  await page.getByText('Left empty, X-Secret stay as they are.').waitFor()
  await page.getByLabel('Name', { exact: true }).fill('Checkout')
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await page.locator('.crumbs').getByText('Checkout').waitFor()

  await page.getByRole('link', { name: 'All monitors' }).click()
  await page.getByText('Plan maintenance').click()
  await page.getByLabel(/^Note/).fill('A new database')
  await page.getByRole('button', { name: 'Plan it' }).click()
  await page.getByRole('table', { name: 'Maintenance' }).getByText('A new database').waitFor()
  await page.getByText('Maintenance', { exact: true }).first().waitFor()
  await page.getByRole('button', { name: 'End now' }).click()

  await page.getByText('Make or change a page').click()
  await page.getByLabel('Title', { exact: true }).fill('Our shop')
  await page.getByLabel(/^Last part/).fill('our-shop')
  await page.getByRole('button', { name: 'Publish the page' }).click()
  await page.getByRole('link', { name: 'Our shop' }).waitFor()
  expect(await findFaults(page)).toEqual([])
  await page.setViewportSize({ width: 320, height: 700 })
  await expectNoSideways(page)
  await page.getByRole('link', { name: 'Our shop' }).click()
  await page.getByRole('heading', { name: 'Our shop' }).waitFor()
  await page.getByText('All is up').waitFor()
  expect(faults).toEqual([])
})

test('what the server refuses is said in its words', async () => {
  const { page } = await open('uptime?edit=')
  await page.getByLabel('Name', { exact: true }).fill('Inside')
  await page.getByLabel(/^Address/).fill('http://10.1.2.3/')
  await page.getByRole('button', { name: 'Check now' }).click()
  await page.getByRole('status').getByText(/^Down, because its address is in a private network/).waitFor()
  await page.getByLabel(/^Expected status/).fill('2xx')
  await page.getByRole('button', { name: 'Make the monitor' }).click()
  await page.getByRole('alert').getByText('The expected status must be').waitFor()
})

test.each(['light', 'dark'] as const)('a status page needs no script, is readable in the %s and fits a phone', async (colorScheme) => {
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' }
  const made = (await (await fetch(`${server.url}api/v1/monitors`, { method: 'POST', headers, body: JSON.stringify({ name: 'x', url: target.url }) })).json()) as { readonly id: string }
  await fetch(`${server.url}api/v1/status-pages`, {
    method: 'PUT',
    headers,
    body: JSON.stringify({ slug: `look-${colorScheme}`, title: 'A long title that does not end where a phone does', description: 'Words', showsTraffic: true, monitors: [{ monitor: made.id, name: 'Checkout-service-with-a-long-name-without-any-spaces' }] }),
  })
  const { page, faults } = await openPage(browser, { colorScheme, viewport: { width: 320, height: 700 } })
  await page.goto(`${server.url}status/look-${colorScheme}`)

  await page.getByRole('img', { name: /Checkout-service.*the last 90 days/ }).waitFor()
  expect(await page.locator('script').count()).toBe(0)
  await expectNoSideways(page)
  expect(await findFaults(page)).toEqual([])
  expect(faults).toEqual([])
})
