import axe from 'axe-core'
import type { Page } from 'playwright-core'

/** What axe finds wrong for those who do not see, do not hear, or do not use a mouse: one line for each element. */
export async function findFaults(page: Page): Promise<readonly string[]> {
  await page.evaluate(axe.source)
  return page.evaluate(async () => {
    // The page's own copy, which the line above has put there.
    const own: typeof axe = Reflect.get(globalThis, 'axe')
    const { violations } = await own.run()
    return violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${String(target)}`))
  })
}
