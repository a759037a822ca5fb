import { openIntake, type Intake, type IntakeOptions } from '../src/receive/open-intake.ts'
import { openStore, type DuckDbSettings } from '../src/store/open-store.ts'
import type { Store } from '../src/store/store.ts'
import type { StoredEvent } from '../src/store/stored-event.ts'
import { sampleDelivery, sampleEvents } from '../src/testing/sample.ts'

/** A collector without HTTP: receiver, journal, loader and store on a folder. */
export interface Collector {
  readonly store: Store
  readonly intake: Intake
  readonly warnings: readonly string[]
  /** Sends the batch of a producer that holds these seqs; sent again it is the same batch. */
  send(producer: string, firstSeq: number, count: number, projectId?: number): Promise<{ readonly accepted: number; readonly duplicates: number }>
  close(): Promise<void>
}

export type CollectorOptions = Partial<Omit<DuckDbSettings, 'engine' | 'dataDir'> & Omit<IntakeOptions, 'dataDir' | 'store'>>

export async function openCollector(dataDir: string, options: CollectorOptions = {}): Promise<Collector> {
  const warnings: string[] = []
  const warn = (message: string) => void warnings.push(message)
  const store = await openStore({ engine: 'duckdb', dataDir, warn, ...options })
  const intake = await openIntake({ dataDir, store, warn, ...options })
  return {
    store,
    intake,
    warnings,
    send(producer, firstSeq, count, projectId = 1) {
      const events = sampleEvents(count, firstSeq)
      return intake.receiver.receive(sampleDelivery({ project: { id: projectId, privacyFloor: 0 }, producerId: producer.repeat(32), events, sentAt: null }))
    },
    async close() {
      await intake.close()
      await store.close()
    },
  }
}

/** What a store answers about project 1: every event, the totals and the ledger. */
export interface Holdings {
  readonly events: number
  readonly distinctIds: number
  readonly requests: number
  /** `producer: from-to`, sorted. */
  readonly ledger: readonly string[]
}

const PAGE_SIZE = 10_000

/** Every event of a project, in pages: one question for all of them may take longer than a question may. */
export async function listAll(store: Store, projectId: number): Promise<readonly StoredEvent[]> {
  const all: StoredEvent[] = []
  for (;;) {
    const last = all.at(-1)
    const after = last === undefined ? null : { time: last.time, id: last.id }
    const page = await store.list({ projectId, filters: {}, order: 'oldest', limit: PAGE_SIZE, after, offset: 0 })
    all.push(...page)
    if (page.length < PAGE_SIZE) return all
  }
}

export async function takeStock(store: Store): Promise<Holdings> {
  const events = await listAll(store, 1)
  const { intervals: ledger } = await store.ledger()
  return {
    events: events.length,
    distinctIds: new Set(events.map(({ id }) => id)).size,
    requests: await countRequests(store, 1),
    ledger: ledger.map(({ producerId, from, to }) => `${producerId.slice(0, 1)}: ${from}-${to}`).toSorted(),
  }
}

/** All requests of a project, shed ones included, as a report would count them. */
export async function countRequests(store: Store, projectId: number): Promise<number> {
  const { rows } = await store.query({ projectId, from: 0, to: Date.UTC(2100, 0, 1), intervals: null, groupBy: [], filter: null, measures: new Set(), limit: null })
  return rows[0]?.requests ?? 0
}
