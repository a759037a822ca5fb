import { createHmac } from 'node:crypto'
import type { Browser } from 'playwright-core'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { findFaults } from './find-faults.ts'
import { launchBrowser, openPage } from './open-browser.ts'
import { startRealServer, type RealServer } from './real-server.ts'

const PASSWORD = 'correct horse battery'

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

/** What an authenticator app shows of a secret, `ahead` codes from now. */
function toCode(secret: string, ahead = 0): string {
  const bits = Array.from(secret, (letter) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0')).join('')
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((eight) => Number.parseInt(eight, 2)))
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + ahead))
  const mac = createHmac('sha1', key).update(counter).digest()
  return String((mac.readUInt32BE((mac.at(-1) ?? 0) & 15) & 0x7fffffff) % 1_000_000).padStart(6, '0')
}

test('a person sets up the server, invites another, and both log in; with codes the password alone is not enough', async () => {
  const { page, faults } = await openPage(browser)
  await page.goto(await server.setUpUrl)
  expect(new URL(page.url()).hash).toBe('')
  expect(await findFaults(page)).toEqual([])

  await page.getByLabel('E-mail address').fill('ada@example.org')
  await page.getByLabel('Password').fill('password1234')
  await page.getByRole('button', { name: 'Become the owner' }).click()
  await page.getByText('among those that are tried first').waitFor()
  await page.getByLabel('Password').fill(PASSWORD)
  await page.keyboard.press('Enter')
  await page.waitForURL('**/account')
  await page.getByText('You are ada@example.org, owner of this server.').waitFor()
  expect(await findFaults(page)).toEqual([])

  const make = page.locator('form', { hasText: 'Make a project' })
  await make.getByLabel('Name').fill('shop')
  await make.getByRole('button').click()
  await page.getByRole('link', { name: 'shop' }).click()
  await page.getByText('Sending takes a key that sends').waitFor()
  expect(page.url()).not.toContain('project')
  expect(await findFaults(page)).toEqual([])
  await page.goto(`${server.url}account`)

  const invite = page.locator('form', { hasText: 'Invite somebody' })
  // The field itself refuses what the server takes.
  const asText = (input: Element) => input.setAttribute('type', 'text')
  await invite.getByLabel('E-mail address').evaluate(asText)
  await invite.getByLabel('E-mail address').fill('<img/src=x/onerror=hit()>@example.org')
  await invite.getByRole('button').click()
  const link = await invite.getByText('/welcome#').textContent()
  await page.getByRole('cell', { name: '<img/src=x/onerror=hit()>@example.org' }).waitFor()

  const other = await openPage(browser)
  await other.page.goto(link ?? '')
  expect(await findFaults(other.page)).toEqual([])
  await other.page.getByLabel('Password').fill('another long one')
  await other.page.getByRole('button', { name: 'Choose it' }).click()
  await other.page.waitForURL('**/login')
  await other.page.getByLabel('E-mail address').evaluate(asText)
  await other.page.getByLabel('E-mail address').fill('<img/src=x/onerror=hit()>@example.org')
  await other.page.getByLabel('Password').fill('another long one')
  await other.page.getByRole('button', { name: 'Log in' }).click()
  await other.page.getByText('viewer of this server').waitFor()
  expect(await other.page.getByText('Invite somebody').isVisible()).toBe(false)

  await page.getByRole('button', { name: 'Begin' }).click()
  const secret = (await page.locator('#codes code', { hasText: /^[A-Z2-7]{32}$/ }).textContent()) ?? ''
  const codes = page.locator('#codes')
  await expect.poll(() => codes.getByRole('img').evaluate((image) => (image as HTMLImageElement).naturalWidth)).toBeGreaterThan(0)
  await codes.getByLabel('Code that the app shows').fill(toCode(secret))
  await codes.getByLabel('Password').fill(PASSWORD)
  await codes.getByRole('button').click()
  await page.getByText('Your login takes a code.').waitFor()
  await page.getByRole('button', { name: 'Log out', exact: true }).click()
  await page.waitForURL('**/login')
  expect(await findFaults(page)).toEqual([])
  await page.getByLabel('E-mail address').fill('ada@example.org')
  await page.getByLabel('Password').fill(PASSWORD)
  await page.getByRole('button', { name: 'Log in' }).click()
  await page.getByLabel('Code of your authenticator app').fill(toCode(secret, 1))
  await page.getByRole('button', { name: 'Log in' }).click()
  await page.getByText('You are ada@example.org').waitFor()

  // What a browser says about answers with 401 and 422 is no fault of the page.
  expect([...faults, ...other.faults].filter((fault) => !fault.includes('the server responded with a status of'))).toEqual([])
})
