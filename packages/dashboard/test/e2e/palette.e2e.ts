import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { expectNoSideways } from './expect-no-sideways.ts'
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

test('with keys alone: a view, a period and a value as a filter, each told by the field that has the focus', async () => {
  const { page, faults } = await shop.open('', { reducedMotion: 'reduce' })
  const field = page.getByRole('combobox', { name: 'Find a view, a value, an action' })
  const active = async () => {
    const id = await field.getAttribute('aria-activedescendant')
    return id === null ? null : page.locator(`#${id}`).textContent()
  }

  await page.keyboard.press('Control+k')
  await field.waitFor()
  expect(await field.evaluate((input) => input === document.activeElement)).toBe(true)
  expect(await findFaults(page)).toEqual([])
  const first = await active()
  await page.keyboard.press('ArrowUp')
  expect(await active()).toContain('Refresh')
  await page.keyboard.press('ArrowDown')
  expect(await active()).toBe(first)

  await page.keyboard.type('endp')
  await expect.poll(active).toContain('Endpoints')
  await page.keyboard.press('Enter')
  await drawn(page)
  expect([new URL(page.url()).pathname, await field.count()]).toEqual(['/endpoints', 0])

  await page.keyboard.press('Control+k')
  await field.waitFor()
  await page.keyboard.type('period 7')
  await expect.poll(active).toContain('The last 7 days')
  await page.keyboard.press('Enter')
  await expect.poll(() => new URL(page.url()).search).toBe('?period=7d')

  const { rows } = await shop.ask({ range: '7d', metrics: ['requests'], dimensions: ['endpoint'], limit: 1 })
  const endpoint = String(rows[0]?.[0])
  // It opens from a field that is typed into as well.
  await page.keyboard.press('/')
  await page.keyboard.press('Control+k')
  await field.waitFor()
  await page.keyboard.type(endpoint.toLowerCase())
  await expect.poll(active, { timeout: 10_000 }).toContain(endpoint)
  await page.keyboard.press('Enter')
  await expect.poll(() => new URL(page.url()).searchParams.get('f')).toBe(`endpoint:${endpoint}`)

  // Escape closes it, and does not clear the filters behind it.
  await page.keyboard.press('Control+k')
  await field.waitFor()
  await page.keyboard.type('zzzz')
  await page.getByText('Nothing found.').waitFor()
  expect(await findFaults(page)).toEqual([])
  await page.keyboard.press('Escape')
  await expect.poll(() => field.count()).toBe(0)
  expect(new URL(page.url()).searchParams.get('f')).toBe(`endpoint:${endpoint}`)
  expect(faults).toEqual([])
})

test('on a phone in the dark: its button opens it, a tap runs a line, and nothing scrolls sideways', async () => {
  const { page, faults } = await shop.open('', { colorScheme: 'dark', reducedMotion: 'reduce', viewport: { width: 390, height: 844 } })
  await page.getByRole('button', { name: 'Find a view, a value, an action' }).click()
  await page.getByRole('option', { name: 'Errors' }).waitFor()
  expect(await findFaults(page)).toEqual([])
  await expectNoSideways(page)
  await page.getByRole('option', { name: 'Errors' }).click()
  await drawn(page)
  expect(new URL(page.url()).pathname).toBe('/errors')
  expect(faults).toEqual([])
})
