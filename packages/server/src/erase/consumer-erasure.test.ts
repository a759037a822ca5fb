import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { openSqliteDatabase } from '../database/sqlite-database.ts'
import { createLog } from '../log/log.ts'
import { createErasures } from '../registry/erasures.ts'
import { openStore } from '../store/open-store.ts'
import type { Store } from '../store/store.ts'
import { createSegmentWriter, sampleBatch, sampleNewEvent } from '../testing/segment-writer.ts'
import { SAMPLE_TIME } from '../testing/sample.ts'
import { createConsumerErasure } from './consumer-erasure.ts'

const DAY_MS = 86_400_000
const ADA = { kind: 'user', consumer: 'ada' } as const
const ofAda = { userId: 'ada', consumerKind: 'user', consumer: 'ada' } as const

/** A project with an event of ada and one of another, and processes that end and begin. */
async function setUp() {
  const folder = mkdtempSync(join(tmpdir(), 'wayside-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const database = await openSqliteDatabase(join(folder, 'registry.sqlite'))
  onTestFinished(() => database.close())
  await database.query(`INSERT INTO projects (id, public_id, name, privacy_floor, time_zone, created_at) VALUES (1, 'p', 'shop', 0, 'UTC', 1)`)
  const store = await openStore({ engine: 'memory' })
  const writeSegment = createSegmentWriter(folder)
  let segments = 0
  let time = SAMPLE_TIME + 1_000
  const log: string[] = []
  const erasures = createErasures(database, () => time)
  return {
    store,
    log,
    erasures,
    passDays: (days: number) => void (time += days * DAY_MS),
    append: async (path: string, ms = 0) => store.append(await writeSegment(++segments, [sampleBatch([sampleNewEvent({ ...ofAda, path, time: SAMPLE_TIME + ms }), sampleNewEvent({ path: `${path}-of-another` })])])),
    begin: (drain: () => Promise<void> = async () => undefined) => createConsumerErasure({ erasures, store, drain, forgetFiles: async () => undefined, forgetAlerts: async () => undefined, log: createLog('debug', (line) => log.push(line)), now: () => time }),
  }
}

const all = { projectId: 1, filters: {}, order: 'oldest', limit: 100, after: null, offset: 0 } as const
const pathsIn = async (store: Store) => (await store.list(all)).map(({ path }) => path)
const countIn = async (store: Store) => {
  const { rows } = await store.query({ projectId: 1, from: 0, to: SAMPLE_TIME * 2, intervals: null, groupBy: [], filter: null, measures: new Set(), limit: null })
  return rows[0]?.requests
}

test('a consumer is in no answer once it was asked for, though its events are there until the journal is empty', async () => {
  const { store, append, begin, log } = await setUp()
  await append('/a')
  let drained = (): void => undefined
  const empty = new Promise<void>((resolve) => (drained = resolve))
  const consumers = await begin(() => empty)

  await consumers.erase(1, ADA)

  expect([await pathsIn(consumers.answers), await countIn(consumers.answers)]).toEqual([['/a-of-another'], 1])
  expect(await countIn(store)).toBe(2)
  drained()
  await consumers.resume()
  expect(await pathsIn(store)).toEqual(['/a-of-another'])
  expect(await consumers.list(1)).toMatchObject([{ ...ADA, events: 1, doneAt: expect.any(Number) }])
  expect(log.join('\n')).not.toContain('ada')
})

test('what a process had begun another one ends, and hides from its first answer on', async () => {
  const { store, append, begin } = await setUp()
  await append('/a')
  const ended = await begin(() => new Promise(() => undefined))
  await ended.erase(1, ADA)
  await ended.close()

  const next = await begin()

  expect(await pathsIn(next.answers)).toEqual(['/a-of-another'])
  await next.resume()
  expect(await countIn(store)).toBe(1)
})

test('what comes late goes too, what it does later stays, and after a day even its name is forgotten', async () => {
  const { store, append, begin, erasures, passDays } = await setUp()
  const consumers = await begin()
  await consumers.erase(1, ADA)
  await consumers.resume()
  await append('/late')
  await append('/new', 5_000)

  await consumers.resume()

  expect(await pathsIn(store)).toEqual(['/late-of-another', '/new-of-another', '/new'])
  expect(await pathsIn(consumers.answers)).toHaveLength(3)
  expect(await consumers.list(1)).toMatchObject([{ events: 1 }])
  passDays(2)
  await consumers.resume()
  expect(await erasures.list()).toEqual([])
})

test('a store that fails is asked again', async () => {
  const { store, append, begin, log } = await setUp()
  await append('/a')
  let tries = 0
  const consumers = await begin(async () => {
    if (tries++ === 0) throw new Error('the disk is full')
  })
  await consumers.erase(1, ADA)
  await consumers.resume()
  await consumers.resume()

  expect(await countIn(store)).toBe(1)
  expect(log[0]).toContain('the disk is full')
})
