import { join } from 'node:path'
import { createEnricher } from '../enrich/create-enricher.ts'
import { openJournal, type JournalStats } from '../journal/journal.ts'
import { createLoader, type Loader } from '../load/loader.ts'
import type { Store } from '../store/store.ts'
import { createReceiver } from './create-receiver.ts'
import { createLedger } from './ledger.ts'
import type { Receiver } from './receiver.ts'
import { seedLedger } from './seed-ledger.ts'

/** The server's way in, from the receiver to the store, as one thing that opens and closes. */
export interface Intake {
  readonly receiver: Receiver
  readonly loader: Loader
  journalStats(): JournalStats
  /** Acknowledges what is under way, moves it into the store within a deadline and stops. The store stays open. */
  close(): Promise<void>
}

export interface IntakeOptions {
  /** The server's data folder; the journal is a folder in it. */
  readonly dataDir: string
  readonly store: Store
  readonly warn: (message: string) => void
  readonly now?: () => number
}

export async function openIntake({ dataDir, store, warn, now = Date.now }: IntakeOptions): Promise<Intake> {
  const enricher = await createEnricher()
  const journal = await openJournal({ folder: join(dataDir, 'journal'), stored: await store.storedUpTo(), warn })
  const ledger = createLedger()
  seedLedger(ledger, await store.ledger(), journal.recovered)
  const loader = createLoader({ journal, store, warn, now })
  return {
    receiver: createReceiver({ journal, ledger, enricher }),
    loader,
    journalStats: () => journal.stats(),
    async close() {
      await journal.close()
      await loader.close()
    },
  }
}
