import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { VIEW_PATHS } from './view-paths.ts'
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

describe.each(VIEW_PATHS)('%s', (path) => {
  test('is drawn without a fault in light, nothing scrolls sideways, and a reload restores it', async () => {
    const { page, faults } = await shop.open(path, { reducedMotion: 'reduce' })
    expect(await findFaults(page)).toEqual([])
    for (const width of [320, 390, 768, 1024, 1280]) {
      await page.setViewportSize({ width, height: 800 })
      await expectNoSideways(page, `at ${width} pixels`)
    }
    const [url, heading] = [page.url(), await page.locator('h1').textContent()]
    await page.reload()
    await drawn(page)
    expect([page.url(), await page.locator('h1').textContent()]).toEqual([url, heading])
    expect(faults).toEqual([])
  })

  test('axe finds nothing in the dark, nor on a phone', async () => {
    const { page } = await shop.open(path, { colorScheme: 'dark', reducedMotion: 'reduce', viewport: { width: 390, height: 844 } })
    expect(await findFaults(page)).toEqual([])
  })
})
