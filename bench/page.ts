// How soon the page is drawn from 30 days of events, in Chromium. `npm run bench page`; see bench/README.md.
//   node --conditions=@wayside/source bench/page.ts [--events N] [--rounds N] [--data folder]
import { cpSync, existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { parseArgs } from 'node:util'
import type { Browser, Page } from 'playwright-core'
import { DIST, setup } from '../packages/dashboard/test/e2e/build-page.ts'
import { launchBrowser, openPage } from '../packages/dashboard/test/e2e/open-browser.ts'
import { makeKey } from './ingest/load-process.ts'
import { startServerProcess } from './ingest/server-process.ts'
import { describeMachine, today } from './machine.ts'
import { toTable } from './markdown-table.ts'
import { makeDays } from './query/make-days.ts'

const { values } = parseArgs({ options: { events: { type: 'string', default: '10000000' }, rounds: { type: 'string', default: '7' }, data: { type: 'string' } } })
const eventCount = Number(values.events)
const rounds = Number(values.rounds)

/** The days that were made, from within the first. */
const RANGE = 'from=2026-01-01T08:00:00Z&to=2026-01-31T00:00:00Z&zone=UTC'
/** Tables of the overview, a value of which is clicked. */
const TABLES = ['Endpoints', 'Consumers', 'Countries', 'Clients']
/** Filters that no table of the overview offers, as they stand in an address; the last is two that no sums keep together. */
const FILTERS: Readonly<Record<string, string>> = { method: 'f=method:POST', 'status class': 'f=statusClass:5xx', host: 'f=host:eu.api.shop.example', instance: 'f=instance:pod-3', 'client and instance': 'f=client:Chrome&f=instance:pod-3' }

const loadBefore = loadavg()[0] ?? 0
const folder = await mkdtemp(join(tmpdir(), 'wayside-page-'))
try {
  const dataDir = values.data ?? join(folder, 'made')
  if (!existsSync(join(dataDir, 'events.duckdb'))) await makeDays(dataDir, eventCount)
  await setup()
  cpSync(DIST, new URL('../packages/server/dist/public', import.meta.url), { recursive: true })
  const server = await startServerProcess(dataDir)
  const browser = await launchBrowser()
  try {
    const text = toText(await measure(browser, server.url))
    mkdirSync(new URL('results/', import.meta.url), { recursive: true })
    writeFileSync(new URL('results/page.md', import.meta.url), text)
    console.log(text)
  } finally {
    await browser.close()
    await server.stop()
    // So that in the next run the first project is the first again.
    for (const file of ['registry.sqlite', 'key-pepper']) await rm(join(dataDir, file))
  }
} finally {
  await rm(folder, { recursive: true })
}

/** Milliseconds by what was done. */
async function measure(browser: Browser, url: string): Promise<ReadonlyMap<string, readonly number[]>> {
  // The first project is the one whose events are there.
  const key = await makeKey(url)
  const times = new Map<string, number[]>()
  const time = async (what: string, work: () => Promise<unknown>) => {
    const began = performance.now()
    await work()
    times.set(what, [...(times.get(what) ?? []), performance.now() - began])
  }
  // Looking at each frame takes an expression, which the page's own policy would forbid.
  const { page } = await openPage(browser, { bypassCSP: true })
  page.setDefaultTimeout(180_000)
  await page.goto(`${url}/?${RANGE}#key=${key}`)
  await drawn(page)
  for (let round = 0; round < rounds; round++) {
    await time('overview, loaded anew', async () => {
      await page.goto(`${url}/?${RANGE}`)
      await drawn(page)
    })
    for (const table of TABLES) {
      const value = page.getByRole('table', { name: table }).locator('tbody tr').nth(round % 3).locator('button').first()
      await time(`a click in ${table}`, async () => {
        await value.click()
        await page.waitForFunction("document.querySelector('.chip') !== null", undefined, { polling: 'raf' })
        await drawn(page)
      })
      await page.goBack()
      await page.locator('.chip').waitFor({ state: 'detached' })
      await drawn(page)
    }
  }
  for (const [name, filter] of Object.entries(FILTERS)) {
    for (let round = 0; round < rounds; round++) {
      // Another period first, so that nothing of the answer is there.
      await page.goto(`${url}/?from=2026-01-01&to=2026-01-01&zone=UTC`)
      await drawn(page)
      await time(`${name}, loaded anew`, async () => {
        await page.goto(`${url}/?${RANGE}&${filter}`)
        await drawn(page)
      })
    }
  }
  return times
}

/** Looked at with each frame: what waits for an element looks twice a second only, once it has waited for long. */
async function drawn(page: Page): Promise<void> {
  await page.waitForFunction("document.querySelector('.view[aria-busy=false]:not(:has(.view[aria-busy=true]))') !== null", undefined, { polling: 'raf' })
}

function toText(times: ReadonlyMap<string, readonly number[]>): string {
  const rows = [...times].map(([what, each]) => [what, ms(each, 0.5), ms(each, 0.95), String(each.length)])
  return `## bench/page: the overview drawn from ${eventCount.toLocaleString('en')} events of 30 days

${describeMachine()}. ${today()}, with a load average of ${loadBefore.toFixed(1)} from other work at the start. \`node --conditions=@wayside/source bench/page.ts --events ${eventCount} --rounds ${rounds}\`

The server and Debian's Chromium share the machine. From the click, or from the load of the address with all of the page's code, until every figure
of the view is drawn. Clicks are on values of the overview's tables, another one each round; "loaded anew" includes the page itself.

${toTable(['what', 'p50 (ms)', 'p95 (ms)', 'times'], rows)}
`
}

function ms(times: readonly number[], share: number): string {
  const sorted = times.toSorted((a, b) => a - b)
  return Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0).toLocaleString('en')
}
