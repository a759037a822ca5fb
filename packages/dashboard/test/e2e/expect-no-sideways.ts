import type { Page } from 'playwright-core'
import { expect } from 'vitest'

/** Expects that nothing reaches beyond the window. What just changed is laid out some frames later, so it waits for that. */
export async function expectNoSideways(page: Page, message = page.url()): Promise<void> {
  await expect.poll(() => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth), { message }).toBe(0)
}
