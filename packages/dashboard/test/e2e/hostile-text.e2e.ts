import { EMPTY_BOOKS, encodeBatch, type ApiEvent, type RequestsPage } from '@wayside/protocol'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { expectNoSideways } from './expect-no-sideways.ts'
import { launchBrowser, openPage } from './open-browser.ts'
import { startRealServer, type RealServer } from './real-server.ts'
import { drawn } from './shop.ts'
import { VIEW_PATHS } from './view-paths.ts'

/** What markup, attributes, styles, templates, terminals, spreadsheets and bidirectional text might take for more than text. */
const PAYLOADS = [
  `<script>hit()</script>`,
  `<img src=x onerror="hit()">`,
  `"><svg onload=hit()>`,
  `' onmouseover='hit()' autofocus onfocus='hit()`,
  `javascript:hit()`,
  `data:text/html,<script>parent.hit()</script>`,
  `<iframe srcdoc="<script>parent.hit()</script>">`,
  `<a href="javascript:hit()">x</a>`,
  `</title></textarea></style><script>hit()</script>`,
  `<style>@import url(/stolen)</style>`,
  `<link rel=stylesheet href=/stolen>`,
  `<base href=//evil.example>`,
  `<form action=/stolen><button>`,
  `<math><mtext><script>hit()</script>`,
  `url(/stolen);background:url(/stolen)`,
  `{{constructor.constructor('hit()')()}}`,
  `\${hit()}`,
  `&lt;b&gt;&amp;#x3c;`,
  `__proto__`,
  `=HYPERLINK("x")`,
  `\u001b[31mred`,
  `\u202eevil\u2028${'long'.repeat(60)}`,
]

let browser: Browser
let server: RealServer
let key: string
beforeAll(async () => {
  server = await startRealServer()
  browser = await launchBrowser()
  key = String(await (await fetch(`${server.url}api/generate`, { method: 'POST' })).json())
  for (const [at, text] of PAYLOADS.entries()) await send(at, text)
})
afterAll(async () => {
  await browser?.close()
  await server?.stop()
})

/** A process of its own for each text, which says it wherever a process says something. */
async function send(at: number, text: string): Promise<void> {
  const fingerprint = at.toString(16).padStart(16, '0')
  const [events, stacks] = [[toEvent(text, fingerprint)], [{ fingerprint, errorClass: text, frames: [`${text} (${text}:1:1)`] }]]
  const head = { producerId: (at + 1).toString(16).padStart(32, '0'), privacyLevel: 0, sdk: text, framework: text, environment: text, service: text, serviceVersion: text, instance: text, books: { ...EMPTY_BOOKS, captured: 1 } } as const
  const body = JSON.stringify(encodeBatch({ head, events, stacks, droppedSeqs: [], shed: [] }))
  const response = await fetch(`${server.url}api/v1/events`, { method: 'POST', headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' }, body })
  expect(response.ok, await response.text()).toBe(true)
}

function toEvent(text: string, errorFingerprint: string): ApiEvent {
  return {
    seq: 0,
    // In a minute that is over.
    time: Date.now() - 120_000,
    method: 'GET',
    route: `/${text}`,
    path: `/${text}`,
    host: text,
    status: 500,
    outcome: 'completed',
    durationUs: 12_000,
    upstreamUs: null,
    upstreamCount: null,
    requestBytes: 0,
    responseBytes: 640,
    ip: '203.0.113.9',
    userAgent: text,
    userId: text,
    apiKeyHash: null,
    oauthClientId: null,
    errorClass: text,
    errorFingerprint,
    errorMessage: text,
    tags: { [text.slice(0, 20)]: text },
  }
}

/** A page that tells of everything a text might make it do. */
async function openWatched() {
  const { page, faults } = await openPage(browser, { viewport: { width: 390, height: 800 } })
  const done: string[] = []
  await page.exposeFunction('hit', () => void done.push('ran a script'))
  page.on('dialog', (dialog) => {
    done.push(`dialog: ${dialog.message()}`)
    void dialog.dismiss()
  })
  page.on('request', (request) => {
    const { pathname } = new URL(request.url())
    if (!/^\/(api\/v1\/|assets\/|[a-z]*$)/.test(pathname) || pathname === '/stolen' || pathname === '/x') done.push(`request: ${request.url()}`)
  })
  return { page, faults, done }
}

async function expectOnlyText(page: Page, path: string): Promise<void> {
  expect(await page.locator('main :is(img, script, iframe, object, form[action], base, style, link, b, math), #app script, a[href^="javascript"], [onerror], [onload], [onfocus], [onmouseover]').count(), path).toBe(0)
  await expectNoSideways(page, path)
}

test('row 63: text from data is text in every view, whatever it holds', async () => {
  const { page, faults, done } = await openWatched()
  await page.goto(`${server.url}?period=1h#key=${key}`)
  await page.locator(`.tile data[value="${PAYLOADS.length}"]`).first().waitFor()
  await page.goto(`${server.url}endpoints?period=1h`)
  await drawn(page)
  const routes = await page.getByRole('table', { name: 'Endpoints' }).locator('bdi').allTextContents()
  for (const text of PAYLOADS) expect(routes).toContain(`/${text}`)
  for (const path of VIEW_PATHS.map((each) => each.replace(/[?&]f=[^&]*/g, '').replace(/period=\w+/, 'period=1h'))) {
    await page.goto(server.url + path)
    await drawn(page)
    await expectOnlyText(page, path)
  }
  expect([...faults, ...done]).toEqual([])
})

test('row 63: so it is in rules, and in what they would have found', async () => {
  const { page, faults, done } = await openWatched()
  await page.goto(`${server.url}?period=1h#key=${key}`)
  await drawn(page)
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' }
  const input = { metric: 'requests', dimension: 'route', windowMinutes: 1, condition: { kind: 'threshold', comparison: 'gte', value: 1 }, enabled: false }
  let id = ''
  for (const text of PAYLOADS) {
    const made = await fetch(`${server.url}api/v1/alert-rules`, { method: 'POST', headers, body: JSON.stringify({ ...input, name: text.slice(0, 100), filter: ['is', 'route', [`/${text}`]] }) })
    id = ((await made.json()) as { readonly id: string }).id
  }
  const all = await fetch(`${server.url}api/v1/alert-rules`, { method: 'POST', headers, body: JSON.stringify({ ...input, name: 'all' }) })
  for (const rule of ['', id, ((await all.json()) as { readonly id: string }).id]) {
    await page.goto(`${server.url}alerts?rule=${rule}`)
    await drawn(page)
    await expectOnlyText(page, `alerts?rule=${rule}`)
  }
  await page.getByRole('button', { name: 'What would it have found?' }).click()
  await page.getByText(`and ${PAYLOADS.length - 20} more`).waitFor()
  await expectOnlyText(page, 'a dry run')
  expect([...faults, ...done]).toEqual([])
})

test('row 63: so it is where a view is about one text, in its address, its chips and its heading', async () => {
  const { page, faults, done } = await openWatched()
  await page.goto(`${server.url}?period=1h#key=${key}`)
  await drawn(page)
  const { requests } = (await (await fetch(`${server.url}api/v1/requests?limit=100`, { headers: { authorization: `Bearer ${key}` } })).json()) as RequestsPage
  for (const { id, time, errorFingerprint, host } of requests) {
    const text = encodeURIComponent(host ?? '')
    const paths = [
      `requests?period=1h&request=${time}-${id}`,
      `errors?period=1h&error=${errorFingerprint}`,
      `endpoints?period=1h&endpoint=${encodeURIComponent('GET /')}${text}`,
      `consumers?period=1h&consumer=${text}&f=host:${text}`,
      `deploys?period=1h&deploy=${text}&at=${time - (time % 60_000)}`,
      `requests?period=1h&q=${text}`,
    ]
    for (const path of paths) {
      await page.goto(server.url + path)
      await drawn(page)
      await expectOnlyText(page, path)
    }
  }
  expect(requests).toHaveLength(PAYLOADS.length)
  expect([...faults, ...done]).toEqual([])
})
