import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { startRealServer } from './real-server.ts'
import { findFaults } from './find-faults.ts'
import { openPage } from './open-browser.ts'
import { drawn, openShop, type Shop } from './shop.ts'

let shop: Shop
beforeAll(async () => {
  shop = await openShop(300)
}, 60_000)
afterAll(() => shop?.close())
afterEach(async () => {
  for (const context of shop.browser.contexts()) await context.close()
})

const refuse = (status: number, detail: string) => ({ status, contentType: 'application/problem+json', body: JSON.stringify({ type: 'about:blank', title: 'No', status, detail }) })

test('a key entered in the form opens the overview, and a wrong one is refused with a reason', async () => {
  const { page, faults } = await openPage(shop.browser)
  await page.goto(shop.url)
  await page.getByLabel('Key').fill('wrong')
  await page.keyboard.press('Enter')
  await expect.poll(() => page.getByRole('alert').textContent()).toMatch(/key/i)
  expect(await page.getByLabel('Key').evaluate((field) => field === document.activeElement)).toBe(true)
  expect(await findFaults(page)).toEqual([])
  // The browser itself logs the refusal.
  expect(faults.filter((fault) => !fault.includes('401'))).toEqual([])
  await page.getByLabel('Key').fill(shop.key)
  await page.getByRole('button', { name: 'Open the dashboard' }).click()
  await drawn(page)
  await expect.poll(() => page.title()).toMatch(/ · Wayside$/)
})

test('a key in the link signs in and is found in no address, history entry, request or referrer', async () => {
  const { page, faults } = await openPage(shop.browser)
  const requests: string[] = []
  page.on('request', (request) => requests.push(`${request.url()} ${request.headers()['referer'] ?? ''}`))
  await page.goto(`${shop.url}?period=7d#key=${shop.key}`)
  await drawn(page)
  expect(page.url()).toBe(`${shop.url}?period=7d`)
  await page.getByRole('radio', { name: '30d' }).click()
  await page.waitForURL(/period=30d/)
  await page.goBack()
  await page.waitForURL(/period=7d/)
  const session = await page.context().newCDPSession(page)
  const { entries } = await session.send('Page.getNavigationHistory')
  expect(JSON.stringify(entries.map(({ url, userTypedURL }) => [url, userTypedURL]))).not.toContain('key=')
  // The browser's own first request has it in the fragment, which it sends to nobody.
  expect(requests.map((request) => request.replace(`#key=${shop.key}`, '')).join()).not.toContain(shop.key)
  expect(await page.evaluate(() => document.referrer)).toBe('')
  expect(faults).toEqual([])
})

test('a key in a link followed in an open page is taken over too', async () => {
  const { page } = await openPage(shop.browser)
  await page.goto(shop.url)
  await page.getByLabel('Key').waitFor()
  await page.evaluate((key) => (location.hash = `key=${key}`), shop.key)
  await drawn(page)
  expect(page.url()).toBe(shop.url)
})

test('the key outlives a reload, and signing out forgets it', async () => {
  const { page } = await shop.open()
  await page.reload()
  await drawn(page)
  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.getByLabel('Key').waitFor()
  expect(await page.evaluate(() => JSON.stringify({ ...sessionStorage, ...localStorage }))).not.toContain(shop.key)
  await page.reload()
  await page.getByLabel('Key').waitFor()
})

test('a revoked key leads back to the form, which says why', async () => {
  const { page } = await shop.open()
  await page.route('**/query/batch', (route) => route.fulfill(refuse(401, 'The key was revoked. Ask for another one.')))
  await page.getByRole('button', { name: 'Refresh' }).click()
  await page.getByText('The key was revoked. Ask for another one.').waitFor()
  await page.getByLabel('Key').waitFor()
})

test('where keys are not made by everyone, the form says how to get one', async () => {
  const { page } = await openPage(shop.browser)
  await page.route('**/api/generate', (route) => route.fulfill(refuse(403, 'On the server run: wayside keys create --kind read')))
  await page.goto(shop.url)
  await page.getByRole('button', { name: 'Make a key' }).click()
  await page.getByText('On the server run: wayside keys create --kind read').waitFor()
  expect(await page.getByRole('button', { name: 'Make a key' }).count()).toBe(0)
})

test('a new key comes with its code for each framework, which copies', async () => {
  const { page, faults } = await openPage(shop.browser, { permissions: ['clipboard-read', 'clipboard-write'] })
  await page.goto(shop.url)
  await page.getByRole('button', { name: 'Make a key' }).click()
  await page.getByRole('heading', { name: 'Send the first request' }).waitFor()
  await page.getByRole('button', { name: 'Copy key' }).click()
  await page.getByText('Copied').waitFor()
  const key = await page.evaluate(() => navigator.clipboard.readText())
  for (const framework of ['Express', 'Fastify', 'Koa', 'NestJS']) {
    await page.getByRole('radio', { name: framework }).click()
    const code = await page.getByRole('group', { name: 'code', exact: true }).textContent()
    expect(code).toContain(`from '@wayside/${framework.toLowerCase()}'`)
    expect(code).toContain(key)
    expect(code).toContain(shop.url.slice(0, -1))
  }
  await page.getByText('Listening for the first request').waitFor()
  expect(await findFaults(page)).toEqual([])
  expect(faults).toEqual([])
})

test('a key that only reads is not put into code that sends', async () => {
  const { page } = await openPage(shop.browser)
  await page.route('**/api/v1/project', (route) => route.fulfill({ json: { name: 'orders-api', keyKind: 'read', privacyFloor: 0 } }))
  await page.goto(shop.url)
  await page.getByRole('button', { name: 'Make a key' }).click()
  await page.getByText('wayside keys create --kind ingest --project orders-api').waitFor()
  const key = await page.evaluate(() => sessionStorage.getItem('wayside.key'))
  expect(await page.getByRole('group', { name: 'code', exact: true }).textContent()).not.toContain(key)
})

test('the page works under a base path, on each of its paths', async () => {
  const based = await startRealServer(['--base-path', '/tools/analytics'])
  try {
    const { page, faults } = await openPage(shop.browser)
    await page.goto(new URL('/tools/analytics/endpoints', based.url).href)
    await page.getByRole('button', { name: 'Make a key' }).click()
    await page.getByText('Listening for the first request').waitFor()
    expect(faults).toEqual([])
  } finally {
    await based.stop()
  }
}, 60_000)
