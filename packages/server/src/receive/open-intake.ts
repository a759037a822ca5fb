import { join } from 'node:path'
import { createEnricher, type EnricherOptions } from '../enrich/create-enricher.ts'
import { NO_FAILPOINTS, type Failpoints } from '../failpoints.ts'
import type { JournalStats } from '../journal/journal.ts'
import { openJournal } from '../journal/open-journal.ts'
import { recoverBatch, restoreLedger } from '../ledger/restore-ledger.ts'
import { createLoader, type Loader } from '../load/loader.ts'
import type { Store } from '../store/store.ts'
import { createReceiver } from './create-receiver.ts'
import type { Receiver } from './receiver.ts'

/** The server's way in, from the receiver to the store, as one thing that opens and closes. */
export interface Intake {
  readonly receiver: Receiver
  readonly loader: Loader
  journalStats(): JournalStats
  /** What an operator should look at; empty when all is well. */
  alarms(): readonly string[]
  /** Acknowledges what is under way, moves it into the store within a deadline and stops. The store stays open. */
  close(): Promise<void>
}

export interface IntakeOptions {
  /** The server's data folder; the journal is a folder in it. */
  readonly dataDir: string
  readonly store: Store
  readonly warn: (message: string) => void
  readonly now?: () => number
  readonly enrichment?: EnricherOptions
  /**
   * Bytes that the journal may take on disk before senders are told to wait.
   * @default 2147483648 (2 GiB)
   */
  readonly journalMaxBytes?: number
  /**
   * Bytes that must stay free on the data folder's disk; below, senders are told to wait.
   * @default 268435456 (256 MiB)
   */
  readonly minFreeBytes?: number
  readonly failpoint?: Failpoints
}

export async function openIntake({ dataDir, store, warn, now = Date.now, enrichment = {}, journalMaxBytes, minFreeBytes, failpoint = NO_FAILPOINTS }: IntakeOptions): Promise<Intake> {
  const enricher = createEnricher(enrichment)
  // Known before the first delivery: what the store has, and what only the journal has.
  const ledger = restoreLedger(await store.ledger())
  const stored = await store.storedUpTo()
  const journal = await openJournal({
    folder: join(dataDir, 'journal'),
    stored,
    warn,
    now,
    failpoint,
    onRecovered: (header) => recoverBatch(ledger, header),
    ...(journalMaxBytes !== undefined && { maxBytes: journalMaxBytes }),
    ...(minFreeBytes !== undefined && { minFreeBytes }),
  })
  const loader = createLoader({ journal, store, stored, warn, now })
  return {
    receiver: createReceiver({ journal, ledger, enricher, now, warn }),
    loader,
    journalStats: () => journal.stats(),
    alarms: () => [...journal.alarms(), ...store.alarms()],
    async close() {
      await journal.close()
      await loader.close()
    },
  }
}
