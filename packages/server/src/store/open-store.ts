import { availableParallelism, totalmem } from 'node:os'
import process from 'node:process'
import { NO_FAILPOINTS, type Failpoints } from '../failpoints.ts'
import { createClickHouseStore } from './clickhouse/clickhouse-store.ts'
import { connect } from './clickhouse/connect.ts'
import { openJournalOwner } from './clickhouse/journal-owner.ts'
import { createDuckDbStore } from './duckdb/duckdb-store.ts'
import { createMemoryStore } from './memory/memory-store.ts'
import type { Store } from './store.ts'

/** Which engine holds the events, and where. */
export type StoreSettings = { readonly engine: 'memory' } | DuckDbSettings | ClickHouseSettings

export interface ClickHouseSettings {
  readonly engine: 'clickhouse'
  /** Such as `http://user:password@host:8123`. */
  readonly url: string
  readonly database: string
  /** The cluster's name in ClickHouse's configuration; `null` for one node. */
  readonly cluster: string | null
  /** The server's data folder, which holds its journal. */
  readonly dataDir: string
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
   * Bytes that must stay free on the disk for a snapshot to be made.
   * @default 0
   */
  readonly minFreeBytes?: number
  /**
   * Which summaries are kept of a file of events: only of files with at least `minEvents`, and only those that are `minGain`
   * times fewer than the events.
   * @default { minEvents: 20000, minGain: 4 }
   */
  readonly cellRules?: { readonly minEvents: number; readonly minGain: number }
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
      return createClickHouseStore({ client: connect(settings.url), database: settings.database, cluster: settings.cluster, owner: openJournalOwner(settings.dataDir) })
    case 'duckdb':
      return createDuckDbStore({
        dataDir: settings.dataDir,
        memoryLimitBytes: settings.memoryLimitBytes ?? defaultMemoryLimitBytes(),
        threads: settings.threads ?? Math.max(1, availableParallelism() - 1),
        snapshotBytes: settings.snapshotBytes ?? 256 * MIB,
        cellRules: settings.cellRules ?? DEFAULT_CELL_RULES,
        minFreeBytes: settings.minFreeBytes ?? 0,
        failpoint: settings.failpoint ?? NO_FAILPOINTS,
        now: settings.now ?? Date.now,
        warn: settings.warn ?? (() => undefined),
      })
  }
}

export const DEFAULT_CELL_RULES = { minEvents: 20_000, minGain: 4 } as const

const MIB = 1024 * 1024

/** In a container the memory of the machine means nothing; its own limit counts. */
function defaultMemoryLimitBytes(): number {
  const constrained = process.constrainedMemory()
  const available = constrained > 0 ? Math.min(constrained, totalmem()) : totalmem()
  return Math.min(4096 * MIB, Math.max(128 * MIB, Math.floor(available / 4)))
}
