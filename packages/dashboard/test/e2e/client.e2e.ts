import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { build } from 'vite'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { sendDemoEvents, toDemoEvents } from '../demo-events.ts'
import { launchBrowser, openPage } from './open-browser.ts'
import { startRealServer, type RealServer } from './real-server.ts'

let browser: Browser
let server: RealServer
beforeAll(async () => {
  server = await startRealServer()
  browser = await launchBrowser()
})
afterAll(async () => {
  await browser?.close()
  await server?.stop()
})

/** The client as a browser loads it: one module. */
async function bundleClient(): Promise<string> {
  const entry = join(import.meta.dirname, '..', '..', '..', 'client', 'src', 'index.ts')
  const conditions = ['@wayside/source', 'browser', 'import', 'default']
  const built = await build({ configFile: false, logLevel: 'warn', resolve: { conditions }, build: { write: false, lib: { entry, formats: ['es'] } } })
  const [output] = [built].flat()
  const chunk = output !== undefined && 'output' in output ? output.output[0] : undefined
  if (chunk === undefined) throw new Error('the client was not built')
  return chunk.code
}

test('the client asks, pages and watches in a page of the server, within its content security policy', async () => {
  const key = String(await (await fetch(`${server.url}api/generate`, { method: 'POST' })).json())
  const now = Date.now()
  await sendDemoEvents(server.url, key, toDemoEvents({ now, days: 1 / 48, count: 30 }), now)
  const { page, faults } = await openPage(browser)
  const code = await bundleClient()
  await page.route('**/client.js', (route) => route.fulfill({ contentType: 'text/javascript', body: code }))
  // The dashboard's own questions are no part of this.
  await page.goto(`${server.url}healthz`)

  // A text: the test runner would put an import of its own into a function.
  const seen: unknown = await page.evaluate(`(async () => {
    const { createClient } = await import('/client.js')
    const client = createClient({ url: location.origin, apiKey: ${JSON.stringify(key)} })
    let arrived = 0
    for await (const { requests } of client.live()) if ((arrived += requests.length) >= 30) break
    const { rows } = await client.query({ metrics: ['requests'], range: '24h' })
    let listed = 0
    for await (const request of client.requests({ limit: 7 })) listed++
    return { arrived, rows, listed }
  })()`)

  expect(seen).toEqual({ arrived: 30, rows: [[30]], listed: 30 })
  expect(faults).toEqual([])
})
