import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { findFaults } from './find-faults.ts'
import { openPage } from './open-browser.ts'
import { drawn, openShop, type Shop } from './shop.ts'

let shop: Shop
beforeAll(async () => {
  shop = await openShop(3_000)
})
afterAll(() => shop?.close())

const GERMAN = ['is', 'country', ['DE']] as const
/** Chromium logs each answer that is a refusal. */
const isRefusal = (fault: string) => fault.startsWith('console: Failed to load resource')

async function makeLink(body: object): Promise<string> {
  const response = await fetch(`${shop.url}api/v1/shares`, {
    method: 'POST',
    headers: { authorization: `Bearer ${shop.key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ label: 'Orders', ...body }),
  })
  const { share, token } = (await response.json()) as { readonly share: { readonly id: string }; readonly token: string }
  return `${shop.url}share/${share.id}/#${token}`
}

const requestsOf = async (page: Page) => page.locator('.tile', { hasText: 'Requests' }).first().locator('.tile__value').getAttribute('title')

test('a link is made of the filters that are set, with a password, and its readers see these requests alone', async () => {
  const { page, faults } = await shop.open('?period=30d&f=country:DE')
  await page.getByRole('button', { name: 'Share these numbers' }).click()
  await page.getByText('Country is Germany').waitFor()
  await page.getByLabel('Title, as its readers see it').fill('<b>Orders</b> of Germany')
  await page.getByLabel('Password (none if empty)').fill('four words of it')
  await page.getByLabel('Ends').selectOption('After 30 days')
  await page.getByRole('button', { name: 'Make a link' }).click()
  await page.getByText('It is not shown again').waitFor()
  const address = (await page.locator('.menu__link').textContent()) ?? ''
  expect(await findFaults(page)).toEqual([])
  expect(faults).toEqual([])

  const reader = await openPage(shop.browser)
  await reader.page.goto(address.replace('#', '?period=30d#'))
  await reader.page.getByRole('heading', { name: '<b>Orders</b> of Germany' }).waitFor()
  await reader.page.getByLabel('Password of this link').fill('another one')
  await reader.page.getByRole('button', { name: 'Open' }).click()
  await reader.page.getByText('This is not the password of the link.').waitFor()
  expect(await findFaults(reader.page)).toEqual([])
  await reader.page.getByLabel('Password of this link').fill('four words of it')
  await reader.page.keyboard.press('Enter')
  await drawn(reader.page)

  const { rows } = await shop.ask({ range: '30d', metrics: ['requests'], filter: GERMAN })
  expect(Number((await requestsOf(reader.page))?.replaceAll(/\D/g, ''))).toBe(Number(rows[0]?.[0]))
  expect(await reader.page.getByRole('table', { name: 'Countries' }).getByRole('row').count()).toBe(2)
  expect(await reader.page.getByRole('heading', { name: 'Consumers' }).count()).toBe(0)
  expect(await findFaults(reader.page)).toEqual([])

  await reader.page.getByRole('navigation', { name: 'Views' }).getByRole('link', { name: 'Endpoints' }).click()
  await drawn(reader.page)
  await reader.page.reload()
  await drawn(reader.page)
  expect(new URL(reader.page.url()).pathname).toMatch(/^\/share\/[^/]+\/endpoints$/)
  expect(reader.faults.filter((fault) => !isRefusal(fault))).toEqual([])

  await page.getByRole('list', { name: 'Shared links' }).waitFor()
  page.once('dialog', (dialog) => void dialog.accept())
  await page.getByRole('button', { name: 'End the link <b>Orders</b> of Germany' }).click()
  await page.getByRole('list', { name: 'Shared links' }).waitFor({ state: 'detached' })
  await reader.page.getByRole('button', { name: 'Refresh' }).click()
  await reader.page.getByText('There is no such shared link, or no longer').waitFor()
})

test('each view of a link is drawn whole, filters by clicks, and has no way to what it does not show', async () => {
  const { page, faults } = await openPage(shop.browser)
  const address = await makeLink({})
  const views = ['', 'endpoints', 'endpoints?endpoint=POST%20/v1/orders', 'audience', 'deploys', 'changes']
  for (const view of views) {
    const [path = '', params = ''] = view.split('?')
    await page.goto(address.replace('#', `${path}?period=7d&${params}#`))
    await drawn(page)
    expect(await page.getByText('did not answer').count(), view).toBe(0)
    expect(await page.getByRole('alert').filter({ hasText: /./ }).allTextContents(), view).toEqual([])
    expect(await page.getByRole('button', { name: /^CSV of (Endpoints|Requests|Countries)|^Share|^Save|^Sign out/ }).count(), view).toBe(0)
    const places = await page.locator('main a, nav a').evaluateAll((links) => links.map((link) => (link as HTMLAnchorElement).pathname.split('/').at(-1)))
    expect(['', 'endpoints', 'audience', 'deploys', 'changes'], view).toEqual(expect.arrayContaining([...new Set(places)]))
  }
  await page.goto(address)
  await drawn(page)
  await page.getByRole('table', { name: 'Countries' }).getByRole('button').first().click()
  await drawn(page)
  expect(page.url()).toMatch(/\?f=country:\w\w#/)
  expect(faults).toEqual([])
})

test('a link is framed by the hosts that it names, and by no other', async () => {
  let address = ''
  const serve = async () => {
    const server = createServer((_request, response) => response.setHeader('content-type', 'text/html').end(`<!doctype html><title>Portal</title><iframe src="${address}" width="1000" height="800"></iframe>`))
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    onTestFinished(() => void server.close())
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  }
  const [named, other] = [await serve(), await serve()]
  address = await makeLink({ frameHosts: [named] })

  const framed = await openPage(shop.browser)
  await framed.page.goto(named)
  await framed.page.frameLocator('iframe').getByRole('heading', { name: 'Overview' }).waitFor()
  expect(framed.faults).toEqual([])

  const refused = await openPage(shop.browser)
  await refused.page.goto(other)
  await expect.poll(() => refused.faults.join()).toContain('frame-ancestors')
  await expect(fetch(shop.url).then(({ headers }) => headers.get('content-security-policy'))).resolves.toContain("frame-ancestors 'none'")
})
