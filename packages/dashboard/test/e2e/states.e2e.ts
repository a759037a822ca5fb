import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { findFaults } from './find-faults.ts'
import { drawn, openShop, type Shop } from './shop.ts'

/** What each view says where there is nothing; a text that stands nowhere else in it. */
const EMPTY: Readonly<Record<string, RegExp>> = {
  '': /^No requests 2020-01-01/,
  endpoints: /^No endpoints\./,
  requests: /^No requests 2020-01-01/,
  errors: /^None were thrown/,
  consumers: /^No consumers\./,
  audience: /^No requests 2020-01-01/,
  deploys: /^No requests 2020-01-01/,
  changes: /^Nothing stands out/,
  quality: /^There are no gaps/,
  exports: /^No file has been asked for/,
  uptime: /^None yet\. A monitor/,
  alerts: /^None yet\. A rule/,
}
const NO_REQUESTS = 'from=2020-01-01&to=2020-01-02&zone=UTC'

let shop: Shop
beforeAll(async () => {
  shop = await openShop(1_000)
}, 90_000)
afterAll(() => shop?.close())
afterEach(async () => {
  for (const context of shop.browser.contexts()) await context.close()
})

describe.each(Object.entries(EMPTY))('/%s', (path, saying) => {
  test('without anything to show says so, in words and without a figure that is none', async () => {
    const { page, faults } = await shop.open(`${path}?${NO_REQUESTS}`, { reducedMotion: 'reduce' })
    await page.locator('main').getByText(saying).first().waitFor()
    expect(await page.locator('main').textContent()).not.toMatch(/NaN|undefined|Infinity|\[object/)
    expect(await findFaults(page)).toEqual([])
    expect(faults).toEqual([])
  })

  test('has its outline while it loads, says what failed, and goes on when asked to', async () => {
    const { page } = await shop.openEarly(`${path}?period=7d`, (early) => early.route(QUESTIONS, () => {}))
    await page.locator('.view[aria-busy=true]').first().waitFor()
    expect(await page.getByRole('status').allTextContents()).toContain('Loading…')

    await page.unroute(QUESTIONS)
    await page.route(QUESTIONS, (route) => route.fulfill({ status: 500, contentType: 'application/problem+json', body: JSON.stringify({ type: 'about:blank', title: 'No', status: 500, detail: 'Something broke here.' }) }))
    await page.reload()
    await page.getByRole('alert').getByText('Something broke here. This page keeps trying.').waitFor()
    expect(await findFaults(page)).toEqual([])

    await page.unroute(QUESTIONS)
    await page.getByRole('button', { name: 'Try now' }).click()
    await drawn(page)
    await page.getByText('This page keeps trying.').waitFor({ state: 'detached' })
  })
})

/** All that views ask; neither who asks nor the stream of news. */
const QUESTIONS = /\/api\/v1\/(query\/batch|requests|producers|exports|monitors|alert-rules|latency)/
