import { mkdirSync, writeFileSync } from 'node:fs'
import { cp, mkdtemp, rm } from 'node:fs/promises'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { makeKey, makeLoad } from './ingest/load-process.ts'
import { startServerProcess, type ServerProcess } from './ingest/server-process.ts'
import { describeMachine, today } from './machine.ts'
import { toTable } from './markdown-table.ts'
import { makeDays } from './query/make-days.ts'

// Questions and events at once: how much each is held up by the other, and the memory of it. `npm run bench load`; see bench/README.md.
//   node --conditions=@wayside/source bench/load.ts [--events N] [--rounds N] [--seconds N] [--batches-per-second N] [--data folder]
const { values } = parseArgs({
  options: {
    events: { type: 'string', default: '10000000' },
    rounds: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '20' },
    'batches-per-second': { type: 'string', default: '50' },
    data: { type: 'string' },
  },
})
const rounds = Number(values.rounds)
const seconds = Number(values.seconds)
/** Half of the 50,000 events a second that one core should take, unless told otherwise. */
const batchesPerSecond = Number(values['batches-per-second'])
const BATCH_EVENTS = 500
const CONNECTIONS = 8
const WORST = 50

const RANGE = { from: '2026-01-01T08:00:00Z', to: '2026-01-31T00:00:00Z' }
const PAGE = [
  { range: RANGE, metrics: ['requests', 'errorRate', 'p95', 'consumers'] },
  { range: RANGE, metrics: ['requests', 'p95'], dimensions: ['endpoint'] },
]
/** Read from all events: no sums keep what they filter by. */
const toWorst = (at: number) => ({ range: RANGE, metrics: ['requests', 'p95', 'consumers'], dimensions: ['country'], filter: ['and', [['is', 'client', ['Chrome']], ['is', 'instance', [`pod-${at % 8}`]]]] })

/** Milliseconds, ascending. */
type Times = readonly number[]

interface Round {
  readonly ackAlone: Times
  readonly ackWithPages: Times
  readonly ackWithWorst: Times
  readonly pageAlone: Times
  readonly pageWithLoad: Times
  readonly freshness: Times
  readonly worst: Readonly<Record<string, number>>
  readonly peakMib: number
}

const loadBefore = loadavg()[0] ?? 0
const folder = await mkdtemp(join(tmpdir(), 'wayside-load-'))
try {
  const source = values.data ?? join(folder, 'made')
  if (values.data === undefined) await makeDays(source, Number(values.events))
  const results: Round[] = []
  for (let round = 0; round < rounds; round++) {
    const dataDir = join(folder, `round-${round}`)
    await cp(source, dataDir, { recursive: true })
    results.push(await runRound(dataDir))
    await rm(dataDir, { recursive: true })
  }
  const text = toText(results)
  mkdirSync(new URL('results/', import.meta.url), { recursive: true })
  writeFileSync(new URL('results/load.md', import.meta.url), text)
  console.log(text)
} finally {
  await rm(folder, { recursive: true })
}

async function runRound(dataDir: string): Promise<Round> {
  const server = await startServerProcess(dataDir)
  try {
    // The first project is the one whose events are there.
    const key = await makeKey(server.url)
    const ask = (question: unknown) => post(server, key, '/api/v1/query', question)
    const page = async () => void (await Promise.all(PAGE.map(ask)))
    await page()
    const pageAlone = await repeat(() => true, page)
    const ackAlone = (await load(server)).latenciesMs
    const withPages = await beside(server, (isOn) => repeat(isOn, page))
    const fresh = await beside(server, (isOn) => repeat(isOn, createProbe(server)))
    const worst: Record<string, number> = {}
    const ask50 = async (isOn: () => boolean) =>
      Promise.all(
        Array.from({ length: WORST }, async (_, at) => {
          while (isOn()) {
            const status = String(await ask(toWorst(at)))
            worst[status] = (worst[status] ?? 0) + 1
          }
        }),
      )
    const withWorst = await beside(server, ask50)
    return { ackAlone, ackWithPages: withPages.ack, ackWithWorst: withWorst.ack, pageAlone, pageWithLoad: withPages.result, freshness: fresh.result, worst, peakMib: await server.peakMib() }
  } finally {
    await server.stop()
  }
}

/** Does something for as long as the load lasts. */
async function beside<Result>(server: ServerProcess, work: (isOn: () => boolean) => Promise<Result>): Promise<{ readonly ack: Times; readonly result: Result }> {
  let on = true
  const sending = load(server).finally(() => (on = false))
  const [{ latenciesMs: ack }, result] = await Promise.all([sending, work(() => on)])
  return { ack, result }
}

async function load(server: ServerProcess) {
  const key = await makeKey(server.url)
  const batches = batchesPerSecond * seconds
  const ready = await makeLoad({ url: server.url, key, batches, batchEvents: BATCH_EVENTS, connections: CONNECTIONS, batchesPerSecond, until: Date.now() })
  return ready.run()
}

/** Sends an event of a project of its own, and asks until it is in the answer. */
function createProbe(server: ServerProcess): () => Promise<void> {
  const key = makeKey(server.url)
  let sent = 0
  return async () => {
    sent++
    const row = { hostname: 'probe', ip_address: null, user_agent: 'probe', path: '/probe', method: 'GET', response_time: 1, status: 200, user_id: null, created_at: new Date().toISOString() }
    const body = { api_key: await key, framework: 'Express', privacy_level: 0, requests: [row] }
    const status = await post(server, await key, '/api/log-request', body)
    if (status >= 300) throw new Error(`an event was answered with ${status}`)
    while ((await countRequests(server, await key)) < sent) await wait(20)
  }
}

async function countRequests(server: ServerProcess, key: string): Promise<number> {
  const response = await fetch(`${server.url}/api/v1/query`, { method: 'POST', headers: toHeaders(key), body: JSON.stringify({ range: '1h', metrics: ['requests'] }) })
  // Boundary: the answer of our own server.
  const answer = (await response.json()) as { rows?: readonly (readonly number[])[] }
  return answer.rows?.[0]?.[0] ?? 0
}

async function post({ url }: ServerProcess, key: string, path: string, body: unknown): Promise<number> {
  const response = await fetch(`${url}${path}`, { method: 'POST', headers: toHeaders(key), body: JSON.stringify(body) })
  await response.arrayBuffer()
  return response.status
}

function toHeaders(key: string): Readonly<Record<string, string>> {
  return { authorization: `Bearer ${key}`, 'content-type': 'application/json' }
}

/** At least five times, then while it is on, for as long as a load lasts. */
async function repeat(isOn: () => boolean, work: () => Promise<void>): Promise<Times> {
  const times: number[] = []
  const end = performance.now() + seconds * 1_000
  while (times.length < 5 || (isOn() && performance.now() < end)) {
    const started = performance.now()
    await work()
    times.push(performance.now() - started)
    await wait(100)
  }
  return times.toSorted((a, b) => a - b)
}

function toText(results: readonly Round[]): string {
  const spread = (read: (round: Round) => number, digits = 0) => {
    const all = results.map(read).toSorted((a, b) => a - b)
    const text = (value: number | undefined) => (value ?? 0).toLocaleString('en', { maximumFractionDigits: digits })
    return `${text(all[Math.floor(all.length / 2)])} (${text(all[0])} to ${text(all.at(-1))})`
  }
  const ms = (name: keyof { [Name in keyof Round as Round[Name] extends Times ? Name : never]: true }, q: number) => spread((round) => quantile(round[name], q))
  const p99 = (round: Round, name: 'ackAlone' | 'ackWithPages' | 'ackWithWorst') => quantile(round[name], 0.99)
  const statuses = results.flatMap(({ worst }) => Object.entries(worst)).reduce<Record<string, number>>((sums, [status, count]) => ({ ...sums, [status]: (sums[status] ?? 0) + count }), {})
  return `## bench/load: questions and events at once

${describeMachine()}. ${today()}, with a load average of ${loadBefore.toFixed(1)} from other work at the start. \`node --conditions=@wayside/source bench/load.ts --events ${values.events} --rounds ${rounds} --seconds ${seconds} --batches-per-second ${batchesPerSecond}\`

A server with ${Number(values.events).toLocaleString('en')} events of 30 days, which takes ${batchesPerSecond * BATCH_EVENTS} events a second of other projects, and is asked over HTTP. The load
maker, the asker and the server share the machine. Medians of ${rounds} rounds with the least and the greatest. Answers to the ${WORST} that asked at
once: ${Object.entries(statuses).map(([status, count]) => `${count} with ${status}`).join(', ')}.

${toTable(
  ['measure', 'median (least to greatest)'],
  [
    ['acknowledgement p99, events alone, ms', ms('ackAlone', 0.99)],
    ['acknowledgement p99, while a page is asked again and again, ms', ms('ackWithPages', 0.99)],
    ['its ratio', spread((round) => p99(round, 'ackWithPages') / p99(round, 'ackAlone'), 2)],
    [`acknowledgement p99, while ${WORST} ask what takes longest, ms`, ms('ackWithWorst', 0.99)],
    ['its ratio', spread((round) => p99(round, 'ackWithWorst') / p99(round, 'ackAlone'), 2)],
    ['a page, alone, p50, ms', ms('pageAlone', 0.5)],
    ['a page, while events arrive, p50, ms', ms('pageWithLoad', 0.5)],
    ['its ratio', spread((round) => quantile(round.pageWithLoad, 0.5) / quantile(round.pageAlone, 0.5), 2)],
    ['from sending an event until it is in the answer, p50, ms', ms('freshness', 0.5)],
    ['from sending an event until it is in the answer, p99, ms', ms('freshness', 0.99)],
    ['most memory of the server process, MiB', spread((round) => round.peakMib)],
  ],
)}
`
}

function quantile(ascending: Times, q: number): number {
  return ascending[Math.min(ascending.length - 1, Math.floor(q * ascending.length))] ?? 0
}
