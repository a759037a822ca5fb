import type { Browser, Page } from 'playwright-core'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { expectNoSideways } from './expect-no-sideways.ts'
import { findFaults } from './find-faults.ts'
import { launchBrowser, openPage } from './open-browser.ts'
import { startRealServer, type RealServer } from './real-server.ts'

const HOSTILE = '<img/src=x/onerror=hit()> and a name as long as names may be'

let browser: Browser
let server: RealServer
// A server that nobody owns yet for each test, and for each time that one is tried again.
beforeEach(async () => {
  server = await startRealServer()
  browser = await launchBrowser()
})
afterEach(async () => {
  await browser.close()
  await server.stop()
})

async function makeProject(page: Page, name: string): Promise<void> {
  const form = page.locator('form', { hasText: 'Make a project' })
  await form.getByLabel('Name').fill(name)
  await form.getByRole('button').click()
  await page.getByRole('link', { name }).waitFor()
}

test('a person goes from project to project in a tab, keeps view and time, and logs out', async () => {
  const { page, faults } = await openPage(browser, { reducedMotion: 'reduce' })
  await page.goto(await server.setUpUrl)
  await page.getByLabel('E-mail address').fill('ada@example.org')
  await page.getByLabel('Password').fill('correct horse battery')
  await page.getByRole('button', { name: 'Become the owner' }).click()
  await page.waitForURL('**/account')
  await makeProject(page, 'shop')
  await makeProject(page, HOSTILE)

  await page.getByRole('link', { name: 'shop' }).click()
  const menu = page.getByRole('button', { name: 'choose another' })
  await expect.poll(() => menu.getAttribute('aria-label')).toBe('Project shop: choose another')
  await page.goto(`${server.url}uptime?period=7d&f=country:DE&monitor=none`)
  await menu.focus()
  await page.keyboard.press('Enter')
  expect(await findFaults(page)).toEqual([])
  expect(await page.locator('.bar [aria-current="true"]').textContent()).toBe('shop')
  await page.keyboard.press('Escape')
  expect(await page.getByRole('list', { name: 'Projects' }).count()).toBe(0)
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: HOSTILE, exact: true }).click()
  await expect.poll(() => menu.getAttribute('aria-label')).toBe(`Project ${HOSTILE}: choose another`)
  expect(page.url()).toBe(`${server.url}uptime?period=7d`)
  await page.reload()
  await expect.poll(() => menu.getAttribute('aria-label')).toBe(`Project ${HOSTILE}: choose another`)

  await page.setViewportSize({ width: 390, height: 844 })
  await page.emulateMedia({ colorScheme: 'dark' })
  await menu.click()
  await expectNoSideways(page)
  expect(await findFaults(page)).toEqual([])
  expect(await page.getByRole('link', { name: 'Account' }).getAttribute('href')).toBe(`${server.url}account`)

  await page.getByRole('button', { name: 'Log out' }).click()
  await page.getByLabel('Key').waitFor()
  // The server has ended the session too: the account asks who it is.
  await page.goto(`${server.url}account`)
  await page.waitForURL('**/login')
  expect(faults.filter((fault) => !fault.includes('the server responded with a status of'))).toEqual([])
})
