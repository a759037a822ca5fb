import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { toLatencyBucket } from '@wayside/protocol'
import { expect, onTestFinished, test } from 'vitest'
import { openSqliteDatabase } from '../database/sqlite-database.ts'
import type { NewEvent } from '../journal/journal-batch.ts'
import { createLog } from '../log/log.ts'
import { createAlerts } from '../registry/alerts.ts'
import { createRegistry } from '../registry/create-registry.ts'
import { createMemoryStore } from '../store/memory/memory-store.ts'
import { createSegmentWriter, sampleBatch, sampleNewEvent } from '../testing/segment-writer.ts'
import { runRules } from './run-rules.ts'
import { RULE_TEMPLATES } from './templates.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
/** When something happens, on the hour; traffic has been the same for eight hours before. */
const T = Date.UTC(2026, 2, 4, 12)

const took = (ms: number) => ({ durationUs: ms * 1_000, latencyBucket: toLatencyBucket(ms * 1_000) })

/** Four requests a minute from two endpoints and two consumers, some of which fail or are told to wait, in a pattern that does not change. */
function quiet(): NewEvent[] {
  return Array.from({ length: 4 * 60 * 12 }, (_, at) =>
    sampleNewEvent({
      time: T - 8 * HOUR + at * 15_000,
      route: at % 2 === 0 ? '/users/:id' : '/orders',
      status: at % 40 === 0 ? 500 : at % 60 === 1 ? 429 : 200,
      ...took(20 + (at % 10)),
      upstreamUs: 5_000,
      upstreamCount: 1,
      userId: at % 3 === 0 ? 'ada' : 'bob',
      consumerKind: 'user',
      consumer: at % 3 === 0 ? 'ada' : 'bob',
      ip: at % 3 === 0 ? '203.0.113.9' : '2001:db8::1',
      country: at % 5 === 0 ? 'SE' : 'DE',
      bot: at % 20 === 0,
      client: at % 20 === 0 ? 'Googlebot' : 'curl',
    }),
  )
}

const during = (from: number, to: number, event: NewEvent) => event.time >= T + from * MINUTE && event.time < T + to * MINUTE
const more = (count: number, spreadMinutes: number, over: Partial<NewEvent>) => Array.from({ length: count }, (_, at) => sampleNewEvent({ time: T + Math.floor((at * spreadMinutes * MINUTE) / count), ...took(20), userId: 'ada', consumerKind: 'user', consumer: 'ada', ...over }))

/** What happens, by template: quiet traffic becomes something else. */
const ANOMALIES: Readonly<Record<string, readonly { readonly what: string; readonly value: string | null; readonly happen: (events: NewEvent[]) => NewEvent[] }[]>> = {
  'response-time': [{ what: 'an endpoint is slow', value: 'GET /orders', happen: (events) => events.map((event) => (during(0, 15, event) && event.route === '/orders' ? { ...event, ...took(400) } : event)) }],
  'upstream-time': [{ what: 'what an endpoint calls is slow', value: 'GET /orders', happen: (events) => events.map((event) => (during(0, 5, event) && event.route === '/orders' ? { ...event, ...took(2_100), upstreamUs: 2_000_000 } : event)) }],
  'request-count': [
    { what: 'a spike', value: null, happen: (events) => [...events, ...more(600, 15, { route: '/orders' })] },
    { what: 'a drop', value: null, happen: (events) => events.filter((event) => !during(0, 15, event)) },
  ],
  'access-pattern': [{ what: 'a consumer deletes what it only ever reads', value: 'ada', happen: (events) => [...events, ...more(3, 1, { method: 'DELETE', route: '/users/:id' })] }],
  'unseen-source': [{ what: 'a consumer comes from another address', value: 'ada', happen: (events) => [...events, ...more(4, 4, { ip: '198.51.100.7' })] }],
  'limit-hitting': [{ what: 'a consumer is told to wait', value: 'ada', happen: (events) => [...events, ...more(15, 10, { status: 429 })] }],
  health: [{ what: 'an endpoint fails', value: 'POST /pay', happen: (events) => [...events, ...more(60, 6, { method: 'POST', route: '/pay', status: 503 }), ...more(600, 120, { method: 'POST', route: '/pay', status: 200 }).filter((event) => !during(0, 6, event))] }],
  bots: [{ what: 'a crawler asks much', value: 'Googlebot', happen: (events) => [...events, ...more(1_100, 10, { bot: true, client: 'Googlebot' })] }],
  'new-country': [{ what: 'requests from a new country', value: 'FR', happen: (events) => [...events, ...more(12, 10, { country: 'FR' })] }],
}

/** Hours before something happens that a rule is there; more for what learns. */
const HOURS_BEFORE: Readonly<Record<string, number>> = { 'access-pattern': 7, 'unseen-source': 7 }

/** Evaluates a template's rule each minute until three hours after. */
async function watch(template: string, events: readonly NewEvent[]) {
  const folder = await mkdtemp(join(tmpdir(), 'wayside-alerts-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const database = await openSqliteDatabase(join(folder, 'registry.sqlite'))
  onTestFinished(() => database.close())
  const registry = createRegistry(database, Buffer.alloc(32, 1))
  const { id } = await registry.createProject({ name: 'shop' })
  const store = createMemoryStore()
  await store.append(await createSegmentWriter(folder)(1, [sampleBatch(events.map((event) => ({ ...event, projectId: id })), { projectId: id })]))
  let now = T - (HOURS_BEFORE[template] ?? 1) * HOUR
  const alerts = createAlerts(database, () => now)
  const made = RULE_TEMPLATES.find(({ name }) => name === template)
  if (made === undefined) throw new Error(`no template ${template}`)
  await alerts.create(id, made.make(Object.fromEntries(made.parameters.map((parameter) => [parameter.name, parameter.default]))))
  const log: string[] = []
  for (; now <= T + 3 * HOUR; now += MINUTE) await runRules({ alerts, registry, engine: store, completeUntil: () => now, now: () => now, log: createLog('warn', (line) => log.push(line)) })
  expect(log.slice(0, 1)).toEqual([])
  return (await alerts.list(id, { before: null, rule: null, state: null, limit: 100 })).map(({ alert }) => alert)
}

test.each(RULE_TEMPLATES.map(({ name }) => name))('%s: quiet traffic finds nothing', async (template) => {
  expect(await watch(template, quiet())).toEqual([])
})

test.each(Object.entries(ANOMALIES).flatMap(([template, each]) => each.map((anomaly) => ({ template, ...anomaly }))))('$template: $what is found once, and is over afterwards', async ({ template, value, happen }) => {
  const found = await watch(template, happen(quiet()))

  expect(found.map((alert) => alert.value)).toEqual([value])
  const [alert] = found
  expect(alert?.startedAt).toBeGreaterThan(T)
  expect(alert?.startedAt).toBeLessThanOrEqual(T + HOUR)
  expect(alert?.endedAt).toBeGreaterThan(alert?.startedAt ?? Infinity)
})

test('every template has something that it finds, and describes its parameters', () => {
  expect(RULE_TEMPLATES.map(({ name }) => name).toSorted()).toEqual(Object.keys(ANOMALIES).toSorted())
  for (const { parameters, make } of RULE_TEMPLATES) {
    for (const { default: value, min, max } of parameters) expect([min <= value, value <= max]).toEqual([true, true])
    const [plain, most] = [make(Object.fromEntries(parameters.map((each) => [each.name, each.default]))), make(Object.fromEntries(parameters.map((each) => [each.name, each.max])))]
    expect(most).not.toEqual(plain)
  }
})
