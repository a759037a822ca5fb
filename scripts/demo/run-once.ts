import type { ExampleApp } from './apps.ts'
import { type Stored, readStored } from './stored.ts'
import { toMs, toTable } from './table.ts'
import type { Traffic } from './traffic.ts'

const CONCURRENT = 32
const STORED_WITHIN_MS = 60_000

/** Sends a fixed number of requests and compares what the apps saw with what is stored. Returns whether they agree. */
export async function runOnce(requests: number, apps: readonly ExampleApp[], traffic: Traffic, serverUrl: string, key: string): Promise<boolean> {
  await sendAll(requests, traffic)
  const rows: Row[] = []
  for (const app of apps) {
    const { observed, dropped } = await settled(app)
    const stored = await waitForStored(observed, () => readStored(serverUrl, key, app.framework))
    rows.push({ framework: app.framework, sent: traffic.sent.get(app.framework) ?? 0, observed, stored, dropped: Object.values(dropped).reduce((sum, count) => sum + count, 0) })
  }
  const head = ['framework', 'sent', 'observed', 'stored', 'dropped', 'p50', 'p95']
  console.log(toTable(head, rows.map(({ framework, sent, observed, stored, dropped }) => [framework, sent, observed, stored.requests, dropped, toMs(stored.p50Ms), toMs(stored.p95Ms)])))
  const sum = (read: (row: Row) => number) => rows.reduce((total, row) => total + read(row), 0)
  const observed = sum((row) => row.observed)
  const stored = sum((row) => row.stored.requests)
  const agrees = rows.every((row) => row.observed === row.stored.requests) && observed > 0
  console.log(`\n${observed.toLocaleString('en')} observed, ${stored.toLocaleString('en')} stored, ${(observed - stored).toLocaleString('en')} lost`)
  return agrees
}

interface Row {
  readonly framework: string
  readonly sent: number
  readonly observed: number
  readonly stored: Stored
  readonly dropped: number
}

async function sendAll(requests: number, traffic: Traffic): Promise<void> {
  let left = requests
  let done = 0
  const send = async () => {
    while (left-- > 0) {
      await traffic.send()
      if (++done % 1_000 === 0) console.log(`  ${done.toLocaleString('en')} of ${requests.toLocaleString('en')} requests sent`)
    }
  }
  await Promise.all(Array.from({ length: CONCURRENT }, send))
}

/** What the app observed, once its last requests have reached it: the same twice in a row. */
async function settled(app: ExampleApp): Promise<Awaited<ReturnType<ExampleApp['observed']>>> {
  let before = await app.observed()
  for (;;) {
    await pause(300)
    const now = await app.observed()
    if (now.observed === before.observed) return now
    before = now
  }
}

async function waitForStored(observed: number, read: () => Promise<Stored>): Promise<Stored> {
  const deadline = performance.now() + STORED_WITHIN_MS
  let stored = await read()
  while (stored.requests < observed && performance.now() < deadline) {
    await pause(500)
    stored = await read()
  }
  return stored
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
