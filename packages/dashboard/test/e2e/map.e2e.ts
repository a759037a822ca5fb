import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { toCountryName } from '../../src/format/country.ts'
import { formatCount } from '../../src/format/number.ts'
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

/** Countries with their requests as the API tells, most first. */
async function countries(): Promise<readonly (readonly [code: string, told: string])[]> {
  const { rows } = await shop.ask({ range: '7d', timeZone: 'UTC', metrics: ['requests'], dimensions: ['country'] })
  return rows.flatMap(([code, requests]) => (typeof code === 'string' ? [[code, `${toCountryName(code)}, ${formatCount(Number(requests))} requests`] as const] : []))
}

test('the map reads out what the API says, from the country with most on, and Enter filters by it', async () => {
  const { page, faults } = await shop.open('audience?period=7d&zone=UTC', { reducedMotion: 'reduce' })
  const map = page.getByRole('slider', { name: 'Requests by country' })
  await map.waitFor()
  const [first, second] = await countries()
  await map.focus()
  await page.keyboard.press('ArrowRight')
  expect(await map.getAttribute('aria-valuetext')).toBe(first?.[1])
  await page.keyboard.press('ArrowRight')
  expect(await map.getAttribute('aria-valuetext')).toBe(second?.[1])
  await page.keyboard.press('Enter')
  await drawn(page)
  expect(new URL(page.url()).searchParams.getAll('f')).toEqual([`country:${second?.[0]}`])
  expect(await page.locator('.map__land:not(.map__land--0)').count()).toBe(1)
  await page.locator('.map__land--5').first().click({ modifiers: ['Shift'] })
  await expect.poll(() => new URL(page.url()).searchParams.getAll('f')).toEqual([`!country:${second?.[0]}`])
  expect(faults).toEqual([])
})

test('axe finds nothing on it in the dark on a phone, nor where colours are the reader’s own', async () => {
  const { page } = await shop.open('audience?period=7d', { colorScheme: 'dark', reducedMotion: 'reduce', viewport: { width: 390, height: 844 } })
  await page.getByRole('slider', { name: 'Requests by country' }).waitFor()
  expect(await findFaults(page)).toEqual([])
  await page.emulateMedia({ forcedColors: 'active' })
  const fills = await page.locator('.map__land--5, .map__land--0').evaluateAll((lands) => lands.map((land) => getComputedStyle(land).fill))
  expect(new Set(fills).size).toBe(2)
})
