import type { ClickHouseClient } from '@clickhouse/client'
import type { JournalName } from '../journal-name.ts'
import type { Store } from '../store.ts'
import { accepts, appendRows, appendState } from './append-segment.ts'
import { readLedger, toIntervals, toTouched, type LedgerRow } from './ledger.ts'
import { list } from './list.ts'
import { migrate } from './migrate.ts'
import { countDropped, readOwnBooks, readProducers } from './producers.ts'
import { prune } from './prune.ts'
import { query } from './query/query.ts'
import { readMark, type JournalMark } from './read-mark.ts'
import { readStack } from './read-stack.ts'
import { openSession, type Session } from './session.ts'
import type { Topology } from './to-ddl.ts'

export interface ClickHouseStoreOptions extends Topology {
  /** Closed with the store. */
  readonly client: ClickHouseClient
  /** Of this server, among those that feed the database; `null` for one that only asks. */
  readonly journal: JournalName | null
  /** What a question may take, milliseconds. */
  readonly questionTimeoutMs: number
}

/** The name of no journal: nothing is stored under it. */
const NO_JOURNAL: JournalName = { owner: '', number: 0 }

/** Keeps events in ClickHouse. Many server processes may share it; each goes on from its own journal. */
export async function createClickHouseStore({ client, journal, database, cluster, questionTimeoutMs }: ClickHouseStoreOptions): Promise<Store> {
  for (const [name, value] of Object.entries({ database, ...(cluster !== null && { cluster }) })) assertIdentifier(name, value)
  const { owner, number } = journal ?? NO_JOURNAL
  if (journal !== null && !/^[\w-]{1,64}$/.test(owner)) throw new Error(`owner must be up to 64 letters, digits, - or _, got ${JSON.stringify(owner)}`)
  const session = openSession(client, { database, cluster }, questionTimeoutMs)
  const { ledger, mark: stored } = await openState(session, owner)
  let mark = stored

  return {
    async append(segment) {
      if (journal === null) throw new Error('a server without a journal has nothing to store')
      if (segment.number <= mark.segment) return
      const origin = { owner, segment: segment.number }
      const { headers, lastId } = await appendRows(session, segment, origin, number)
      const touched = toTouched(ledger, headers)
      const eventId = Math.max(mark.eventId, lastId)
      await appendState(session, headers, [...touched.values()], eventId, origin)
      for (const [key, row] of touched) ledger.set(key, row)
      mark = { segment: segment.number, eventId }
    },
    accepts: (path) => accepts(session, path),
    query: (question) => query(session, question),
    list: (question) => list(session, question),
    stack: (question) => readStack(session, question),
    prune: (selection) => prune(session, selection),
    storedUpTo: async () => ({ segment: mark.segment, loaded: mark.segment, eventId: mark.eventId }),
    ledger: async () => ({ intervals: toIntervals(ledger), producers: await readOwnBooks(session, owner) }),
    producers: (question) => readProducers(session, question),
    countDropped: (question) => countDropped(session, question),
    fault: session.fault,
    alarms: () => [],
    close: session.close,
  }
}

/** Where a server process goes on. */
async function openState(session: Session, owner: string): Promise<{ readonly ledger: Map<string, LedgerRow>; readonly mark: JournalMark }> {
  try {
    await migrate(session)
    return { ledger: new Map(await readLedger(session, owner)), mark: await readMark(session, owner) }
  } catch (error) {
    await session.close()
    throw session.fault() === null ? error : new Error(`${session.fault()}; check its address, and that it runs`, { cause: error })
  }
}

/** Names stand in statements as they are. */
function assertIdentifier(name: string, value: string): void {
  if (!/^[A-Za-z_]\w{0,63}$/.test(value)) throw new Error(`${name} must be a plain name of letters, digits and _, got ${JSON.stringify(value)}`)
}
