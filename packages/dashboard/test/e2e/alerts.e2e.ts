import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { sendDemoEvents, toDemoEvents } from '../demo-events.ts'
import { expectNoSideways } from './expect-no-sideways.ts'
import { findFaults } from './find-faults.ts'
import { launchBrowser, openPage } from './open-browser.ts'
import { startRealServer, type RealServer } from './real-server.ts'
import { drawn } from './shop.ts'

let server: RealServer
let browser: Browser
/** What a webhook on this machine was told. */
const told: { readonly event: string; readonly title: string }[] = []
const hook = createServer((request, response) => {
  let body = ''
  request.on('data', (chunk) => (body += String(chunk)))
  request.on('end', () => {
    told.push(JSON.parse(body))
    response.end()
  })
})
let hookUrl = ''

beforeAll(async () => {
  await new Promise<void>((resolve) => void hook.listen(0, '127.0.0.1', resolve))
  hookUrl = `http://127.0.0.1:${(hook.address() as AddressInfo).port}/`
  browser = await launchBrowser()
}, 120_000)
afterAll(async () => {
  await browser?.close()
  hook.close()
})
// A server that nobody owns yet for each test, and for each time that one is tried again.
beforeEach(async () => {
  told.length = 0
  server = await startRealServer(['--private-targets', '127.0.0.1'])
})
afterEach(async () => {
  for (const context of browser.contexts()) await context.close()
  await server.stop()
})

async function becomeOwner(page: Page): Promise<void> {
  await page.goto(await server.setUpUrl)
  await page.getByLabel('E-mail address').fill('ada@example.org')
  await page.getByLabel('Password').fill('correct horse battery')
  await page.getByRole('button', { name: 'Become the owner' }).click()
  await page.waitForURL('**/account')
  const make = page.locator('form', { hasText: 'Make a project' })
  await make.getByLabel('Name').fill('shop')
  await make.getByRole('button').click()
  await page.getByRole('link', { name: 'shop' }).click()
  await page.getByText('Sending takes a key that sends').waitFor()
}

/** Asks the API as the person who is logged in. */
const makeKey = (page: Page, kind: string) =>
  page.evaluate(async (body) => {
    const answer = await fetch('api/v1/keys', { method: 'POST', headers: { 'content-type': 'application/json' }, body })
    return String(((await answer.json()) as { readonly key: string }).key)
  }, JSON.stringify({ kind }))

async function expectToFit(page: Page): Promise<void> {
  expect(await findFaults(page)).toEqual([])
  await page.setViewportSize({ width: 320, height: 700 })
  await expectNoSideways(page)
  await page.setViewportSize({ width: 1280, height: 800 })
}

test('a person adds a channel, tries a rule, is told when it finds something, and says that they know', async () => {
  const { page, faults } = await openPage(browser)
  await becomeOwner(page)
  const [ingest, read] = [await makeKey(page, 'ingest'), await makeKey(page, 'read')]
  const now = Date.now()
  await sendDemoEvents(server.url, ingest, toDemoEvents({ now, days: 2, count: 500 }), now)
  await page.goto(`${server.url}alerts`)
  await page.getByText('None yet. A rule watches a metric').waitFor()

  await page.getByText('Add a channel').click()
  await page.getByLabel('Kind').selectOption('Webhook')
  await page.locator('form', { hasText: 'Add it' }).getByLabel('Name').fill('On call <b>')
  await page.getByLabel(/^Address/).fill('ftp://example.org')
  await page.getByRole('button', { name: 'Add it' }).click()
  await page.getByText('The address of a webhook must begin with http').waitFor()
  await page.getByLabel(/^Address/).fill(hookUrl)
  await page.getByRole('button', { name: 'Add it' }).click()
  await page.getByText(/^whsec_/).waitFor()
  await page.getByRole('button', { name: 'Test On call <b>' }).click()
  await expect.poll(() => told.map(({ event }) => event), { timeout: 20_000 }).toEqual(['test'])
  await page.getByRole('table', { name: 'Channels' }).getByText('just now').waitFor({ timeout: 20_000 })

  await page.getByRole('button', { name: 'New rule' }).click()
  const form = page.locator('form', { hasText: 'Make the rule' }).first()
  await form.getByLabel('Name').fill('Checkout fails')
  await form.getByRole('combobox', { name: 'Metric' }).selectOption('server errors (5xx)')
  await form.getByRole('combobox', { name: 'In', exact: true }).selectOption('a minute')
  await form.getByRole('combobox', { name: 'It is', exact: true }).selectOption('at least')
  await form.getByLabel(/^Value/).fill('100000')
  await form.getByText('More', { exact: true }).click()
  await form.getByLabel(/^Requests at least/).fill('x')
  await page.getByRole('button', { name: 'What would it have found?' }).click()
  await page.getByRole('alert').getByText(/minRequests/).first().waitFor()
  await form.getByLabel(/^Requests at least/).fill('0')
  await page.getByRole('button', { name: 'What would it have found?' }).click()
  await page.getByRole('status').getByText(/looked at 300 times: nothing\.$/).waitFor()
  await form.getByLabel(/^Value/).fill('3')
  await expectToFit(page)
  await form.getByRole('button', { name: 'Make the rule' }).click()
  await page.getByText('server errors (5xx) of each endpoint in a minute is at least 3').waitFor()
  await page.getByText('On call <b>').waitFor()

  const failed = toDemoEvents({ now: Date.now(), days: 1, count: 4, seed: 7 }).map((event, seq) => ({ ...event, seq, time: Date.now() + seq, method: 'POST', route: '/v1/checkout', status: 503 }))
  await sendDemoEvents(server.url, ingest, failed, Date.now(), 'cd')
  const alert = page.getByRole('table', { name: 'Alerts' }).getByText(/^Checkout fails: server errors \(5xx\) of endpoint POST \/v1\/checkout were 4 in a minute, at least 3$/)
  await alert.waitFor({ timeout: 150_000 })
  await page.locator('.crumbs').getByText('Goes on').waitFor()
  expect(told.at(-1)).toMatchObject({ event: 'alert.fired', title: expect.stringContaining('POST /v1/checkout') })
  await expectToFit(page)
  await page.getByRole('button', { name: /^I know of Checkout fails/ }).click()
  await page.getByRole('table', { name: 'Alerts' }).getByText(/^since /).waitFor()

  await page.goto(server.url)
  await page.locator('.banner').getByText('Checkout fails').waitFor()
  await expectToFit(page)
  await page.getByRole('link', { name: 'See the alert' }).click()
  await alert.click()
  await page.waitForURL(/requests\?from=.*&f=endpoint:POST%20\/v1\/checkout$/)
  await drawn(page)
  expect(await page.getByRole('table', { name: 'Requests' }).locator('tbody tr').count()).toBe(4)
  expect(faults.filter((fault) => !fault.includes('the server responded with a status of'))).toEqual([])

  // Who only reads sees what was found, and changes nothing.
  const reader = await openPage(browser)
  await reader.page.goto(`${server.url}alerts#key=${read}`)
  await reader.page.getByRole('table', { name: 'Alerts' }).getByText(/^Checkout fails/).waitFor()
  expect(await reader.page.locator('main').getByRole('button', { name: /New rule|I know|Test/ }).count()).toBe(0)
  expect(await reader.page.getByText('On call').count()).toBe(0)
  expect(reader.faults).toEqual([])
}, 300_000)

test('a template becomes a rule, which is turned off, changed and removed', async () => {
  const { page, faults } = await openPage(browser)
  const key = String(await (await fetch(`${server.url}api/generate`, { method: 'POST' })).json())
  await page.goto(`${server.url}alerts#key=${key}`)
  await page.getByText('From a template').click()
  await page.getByLabel('Template').selectOption('Frequent limit hitting')
  await page.getByLabel(/^Requests/).fill('50')
  await page.getByRole('button', { name: 'Make the rule' }).click()
  await page.getByText('requests of each consumer in an hour is above 50, where status is 429').waitFor()

  await page.getByRole('button', { name: 'Turn off' }).click()
  await page.locator('.crumbs').getByText('Off').waitFor()
  await page.getByRole('button', { name: 'Change' }).click()
  await page.getByLabel('Name').fill('Told to wait')
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await page.locator('.crumbs').getByText('Told to wait').waitFor()
  await page.locator('.crumbs').getByText('Off').waitFor()
  expect(await findFaults(page)).toEqual([])
  page.on('dialog', (dialog) => void dialog.accept())
  await page.getByRole('button', { name: 'Remove' }).click()
  await page.getByText('None yet. A rule watches a metric').waitFor()
  expect(faults).toEqual([])
})
