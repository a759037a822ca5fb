import { availableParallelism, totalmem } from 'node:os'
import process from 'node:process'
import { NO_FAILPOINTS, type Failpoints } from '../failpoints.ts'
import { createClickHouseStore } from './clickhouse/clickhouse-store.ts'
import { connect } from './clickhouse/connect.ts'
import { createDuckDbStore } from './duckdb/duckdb-store.ts'
import { createMemoryStore } from './memory/memory-store.ts'
import type { JournalName } from './journal-name.ts'
import type { EmbeddedStore, Store } from './store.ts'

export { askClickHouse } from './clickhouse/ask-server.ts'
export { findNewestCopy, hasDays, type StoreCopy } from './duckdb/newest-copy.ts'
export { readEventSchema, type SchemaState } from './duckdb/read-schema.ts'

/** Which engine holds the events, and where. */
export type StoreSettings = { readonly engine: 'memory' } | DuckDbSettings | ClickHouseSettings

export interface ClickHouseSettings {
  readonly engine: 'clickhouse'
  /** Such as `http://user:password@host:8123`. */
  readonly url: string
  readonly database: string
  /** The cluster's name in ClickHouse's configuration; `null` for one node. */
  readonly cluster: string | null
  /** `null` for a server that only asks. */
  readonly journal: JournalName | null
  /**
   * What a question may take, milliseconds.
   * @default 60000
   */
  readonly questionTimeoutMs?: number
}

export interface DuckDbSettings {
  readonly engine: 'duckdb'
  /** The server's data folder. */
  readonly dataDir: string
  /**
   * Bytes for the engine's buffers, at least 64 MiB.
   * @default a quarter of the memory that the process may use, between 128 MiB and 4 GiB
   */
  readonly memoryLimitBytes?: number
  /**
   * Threads that the engine works on. One core is left to the event loop, which acknowledges what arrives.
   * @default the number of cores less one, at least 1
   */
  readonly threads?: number
  /**
   * A snapshot of the database is made when the journal has grown by this many bytes, and at least once a day.
   * @default 268435456 (256 MiB)
   */
  readonly snapshotBytes?: number
  /**
   * A snapshot is also made when so many events were loaded: the loader waits while they move into files of their days, not while these are summed up.
   * @default 300000
   */
  readonly snapshotEvents?: number
  /**
   * Bytes that must stay free on the disk for a snapshot to be made.
   * @default 0
   */
  readonly minFreeBytes?: number
  /**
   * Which summaries are kept of a file of events: only of files with at least `minEvents`, all of those of hours with at
   * least `minEventsOfHours`, and only those that are `minGain` times fewer than the events, of hours eight times fewer still.
   * @default { minEvents: 20000, minEventsOfHours: 2000000, minGain: 4 }
   */
  readonly cellRules?: { readonly minEvents: number; readonly minEventsOfHours: number; readonly minGain: number }
  /**
   * Questions that read more events of files than this read them in parts of about so many: they tell after each how far
   * they are.
   * @default 2000000
   */
  readonly partEvents?: number
  /**
   * What a question may take that nobody watches, milliseconds.
   * @default 60000
   */
  readonly questionTimeoutMs?: number
  readonly failpoint?: Failpoints
  readonly now?: () => number
  /** Told what an operator should know. @default nobody is told */
  readonly warn?: (message: string) => void
}

/** Opens the store that the configuration names. The only place that knows the engines. */
export async function openStore(settings: StoreSettings): Promise<Store> {
  switch (settings.engine) {
    case 'memory':
      return createMemoryStore()
    case 'clickhouse':
      return createClickHouseStore({ client: await connect(settings.url), database: settings.database, cluster: settings.cluster, journal: settings.journal, questionTimeoutMs: settings.questionTimeoutMs ?? QUESTION_TIMEOUT_MS })
    case 'duckdb':
      return openEmbeddedStore(settings)
  }
}

/** Opens the store of a data folder. */
export async function openEmbeddedStore(settings: DuckDbSettings): Promise<EmbeddedStore> {
  return createDuckDbStore({
    dataDir: settings.dataDir,
    memoryLimitBytes: settings.memoryLimitBytes ?? defaultMemoryLimitBytes(),
    threads: settings.threads ?? Math.max(1, availableParallelism() - 1),
    snapshotBytes: settings.snapshotBytes ?? 256 * MIB,
    snapshotEvents: settings.snapshotEvents ?? 300_000,
    cellRules: settings.cellRules ?? DEFAULT_CELL_RULES,
    partEvents: settings.partEvents ?? 2_000_000,
    questionTimeoutMs: settings.questionTimeoutMs ?? QUESTION_TIMEOUT_MS,
    minFreeBytes: settings.minFreeBytes ?? 0,
    failpoint: settings.failpoint ?? NO_FAILPOINTS,
    now: settings.now ?? Date.now,
    warn: settings.warn ?? (() => undefined),
  })
}

export const DEFAULT_CELL_RULES = { minEvents: 20_000, minEventsOfHours: 2_000_000, minGain: 4 } as const

const QUESTION_TIMEOUT_MS = 60_000

const MIB = 1024 * 1024

/** In a container the memory of the machine means nothing; its own limit counts. */
function defaultMemoryLimitBytes(): number {
  const constrained = process.constrainedMemory()
  const available = constrained > 0 ? Math.min(constrained, totalmem()) : totalmem()
  return Math.min(4096 * MIB, Math.max(128 * MIB, Math.floor(available / 4)))
}
