import { EMPTY_BOOKS, countSeqs, toRanges, type SeqRange } from '@wayside/protocol'
import { array, assert, asyncProperty, constantFrom, nat, record, tuple, type Arbitrary } from 'fast-check'
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openSqliteDatabase } from '../database/sqlite-database.ts'
import type { Database } from '../database/database.ts'
import type { JournalBatch } from '../journal/journal-batch.ts'
import type { JournalSegment } from '../journal/journal-segment.ts'
import { createClaims, type Claims } from '../registry/claims.ts'
import { createRegistry } from '../registry/create-registry.ts'
import { createMemoryStore } from '../store/memory/memory-store.ts'
import type { Store } from '../store/store.ts'
import { SAMPLE_PRODUCER } from '../testing/sample.ts'
import { createSegmentWriter, sampleBatch, sampleBooks, sampleNewEvent } from '../testing/segment-writer.ts'
import { createClaimedStore } from './claimed-store.ts'

let dataDir = ''
let database: Database
let claims: Claims
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'wayside-claimed-'))
  database = await openSqliteDatabase(join(dataDir, 'registry.sqlite'))
  await createRegistry(database, Buffer.alloc(32)).createProject({ name: 'shop' })
  claims = createClaims(database)
})
afterEach(async () => {
  await database.close()
  await rm(dataDir, { recursive: true })
})

test('of two copies of a batch the first that is loaded counts, with its shed events and its drops', async () => {
  const [one, two] = [openServer('one'), openServer('two')]
  const batch = toBatch([{ from: 0, to: 9 }], { shed: { from: 10, to: 14 }, drops: { before: 0, after: 7 } })

  await one.load([batch])
  await two.load([toBatch([{ from: 5, to: 9 }, { from: 15, to: 19 }], { drops: { before: 4, after: 9 } }), batch])

  expect(await countAll([one, two])).toEqual({ seqs: [...range(0, 9), ...range(15, 19)], shed: 5, dropped: 9 })
  // Each server knows what it has acknowledged, whoever stores it.
  expect(await two.store.ledger()).toMatchObject({ intervals: [{ from: 0, to: 19 }] })
})

test('what one server alone has is stored as it stands in the journal', async () => {
  const server = openServer('one')

  const segment = await server.load([toBatch([{ from: 0, to: 9 }])])

  expect(server.given).toEqual([[segment.number, await readFile(segment.path)]])
})

test('a server that has heard of a producer last takes nothing that another still has to load', async () => {
  const [early, late] = [openServer('early'), openServer('late')]
  // To the late one all before was settled with somebody: its ledger says so, and it holds nothing of it.
  await late.load([{ ...toBatch([{ from: 100, to: 109 }]), ranges: [{ from: 0, to: 109 }] }])
  await early.load([toBatch([{ from: 0, to: 99 }])])

  expect((await countAll([early, late])).seqs).toEqual(range(0, 109))
})

test('events of clients without batch ids stay, and those of a project that is gone do not come back', async () => {
  const server = openServer('one')
  const nameless = { ...toBatch([]), producerId: null, books: null, events: [sampleNewEvent({ path: '/1' })] }
  const gone = { ...toBatch([{ from: 2, to: 2 }]), projectId: 99 }

  await server.load([nameless, gone, toBatch([{ from: 3, to: 3 }])])

  expect((await countAll([server])).seqs).toEqual([1, 3])
})

/** Where a server ends in the middle of a segment. */
const ENDS = ['claimed', 'stored', 'confirmed'] as const
type End = (typeof ENDS)[number]

interface Step {
  readonly server: number
  readonly batches: readonly (readonly [from: number, length: number])[]
  readonly ends: readonly End[]
}

test('whatever overlaps, and wherever servers end, each event is stored once and each segment is given with the same bytes', async () => {
  const step: Arbitrary<Step> = record({
    server: nat(2),
    batches: array(tuple(nat(60), nat(12)), { minLength: 1, maxLength: 3 }),
    ends: array(constantFrom(...ENDS), { maxLength: 2 }),
  })
  let run = 0

  await assert(
    asyncProperty(array(step, { minLength: 2, maxLength: 8 }), async (steps) => {
      const producerId = String(run++).padStart(32, '0')
      const servers = [0, 1, 2].map((at) => openServer(`${run}-${at}`))
      const taken = new Set<number>()
      // A server that ended loads the rest when it is back, after whatever others did meanwhile.
      const left: (() => Promise<unknown>)[] = []
      for (const { server, batches, ends } of steps) {
        const mine = servers[server]
        // Of its own copies each server leaves out what it has before it journals them.
        const fresh = batches.flatMap(([from, length]) => {
          const seqs = range(from, from + length).filter((seq) => !mine?.acknowledged.has(seq))
          for (const seq of seqs) {
            mine?.acknowledged.add(seq)
            taken.add(seq)
          }
          return seqs.length === 0 ? [] : [{ ...toBatch(toRanges(seqs)), producerId }]
        })
        if (fresh.length === 0 || mine === undefined) continue
        const segment = await mine.write(fresh)
        for (const end of ends) await expect(mine.loadUntil(end, segment)).rejects.toThrow('killed')
        if (ends.length === 0) await mine.loadRest()
        else left.push(() => mine.loadRest())
      }
      for (const load of left) await load()

      const { seqs } = await countAll(servers)
      expect(seqs).toEqual([...taken].toSorted((a, b) => a - b))
      for (const { given } of servers) for (const [number, bytes] of given) for (const [other, again] of given) if (number === other) expect(again).toEqual(bytes)
    }),
    { numRuns: 60 },
  )
  expect((await readdir(dataDir, { recursive: true })).filter((name) => name.endsWith('.draft'))).toEqual([])
}, 120_000)

/** A server's way from its journal to a store of its own; what they all store together is what answers would count. */
function openServer(owner: string) {
  const memory = createMemoryStore()
  const writeSegment = createSegmentWriter(join(dataDir, owner))
  const given: (readonly [number: number, bytes: Buffer])[] = []
  const waiting: JournalSegment[] = []
  let number = 0
  let end: End | null = null
  const killAt = (point: End): void => {
    if (end !== point) return
    end = null
    throw new Error('killed')
  }
  const recording: Store = {
    ...memory,
    async append(segment) {
      killAt('claimed')
      given.push([segment.number, await readFile(segment.path)])
      await memory.append(segment)
      killAt('stored')
    },
  }
  const watched: Claims = {
    ...claims,
    async confirm(...confirmed) {
      await claims.confirm(...confirmed)
      killAt('confirmed')
    },
  }
  const store = createClaimedStore(recording, { claims: watched, owner })
  const write = async (batches: readonly JournalBatch[]): Promise<JournalSegment> => {
    const segment = await writeSegment(++number, batches)
    waiting.push(segment)
    return segment
  }
  const loadRest = async (): Promise<void> => {
    for (let segment = waiting[0]; segment !== undefined; segment = waiting[0]) {
      // The loader passes over what the store has.
      if (segment.number > (await memory.storedUpTo()).loaded) await store.append(segment)
      waiting.shift()
    }
  }
  return {
    store,
    memory,
    given,
    acknowledged: new Set<number>(),
    write,
    loadRest,
    async load(batches: readonly JournalBatch[]) {
      const segment = await write(batches)
      await loadRest()
      return segment
    },
    async loadUntil(point: End, segment: JournalSegment) {
      end = point
      await loadRest()
      // What it had to do was done before it came to the point.
      if (segment.number === number && end !== null) {
        end = null
        throw new Error('killed')
      }
    },
  }
}

type Server = ReturnType<typeof openServer>

async function countAll(servers: readonly Server[]): Promise<{ readonly seqs: readonly number[]; readonly shed: number; readonly dropped: number }> {
  const all = { projectId: 1, from: 0, to: Date.UTC(2100, 0, 1) }
  const totals = await Promise.all(
    servers.map(async ({ memory }) => ({
      events: await memory.list({ projectId: 1, filters: {}, order: 'oldest', limit: 1_000, after: null, offset: 0 }),
      shed: (await memory.query({ ...all, intervals: null, groupBy: [], filter: null, measures: new Set(), limit: null })).shed,
      dropped: await memory.countDropped(all),
    })),
  )
  return {
    seqs: totals.flatMap(({ events }) => events.map(({ path }) => Number(path.slice(1)))).toSorted((a, b) => a - b),
    shed: totals.reduce((sum, { shed }) => sum + shed, 0),
    dropped: totals.reduce((sum, { dropped }) => sum + dropped, 0),
  }
}

/** The path of each event names its seq. */
function toBatch(eventSeqs: readonly SeqRange[], { shed, drops }: { shed?: SeqRange; drops?: { before: number; after: number } } = {}): JournalBatch {
  const events = eventSeqs.flatMap(({ from, to }) => range(from, to)).map((seq) => sampleNewEvent({ path: `/${seq}` }))
  const row = { minute: 0, lastMinute: 0, method: 'GET', route: null, status: 503, aborted: 0, requestBytes: 0, responseBytes: 0, buckets: [], counts: [] }
  return sampleBatch(events, {
    producerId: SAMPLE_PRODUCER,
    ranges: [...eventSeqs, ...(shed === undefined ? [] : [shed])],
    seqs: { events: eventSeqs, windows: shed === undefined ? [] : [{ seqs: [shed], rows: 1 }] },
    ...(shed !== undefined && { shed: [{ ...row, requests: countSeqs([shed]) }] }),
    ...(drops !== undefined && { dropped: drops.after - drops.before, books: sampleBooks({ told: { ...EMPTY_BOOKS, dropped: { auth: drops.after } } }) }),
  })
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, at) => from + at)
}
