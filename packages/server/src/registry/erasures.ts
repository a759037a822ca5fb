import type { Database, Row } from '../database/database.ts'
import { NAMED_KINDS, type NamedConsumer } from '../store/named-consumer.ts'

/** That a consumer was to be forgotten, as long as events of it may still arrive. */
export interface ErasureRecord extends NamedConsumer {
  readonly projectId: number
  /** Milliseconds since 1970: what it did before goes. */
  readonly askedAt: number
  /** When all was gone that had been stored; `null` before. */
  readonly doneAt: number | null
  /** Events removed so far. */
  readonly events: number
}

/** The consumers that are to be forgotten. They outlive the process, so that what it began is ended. */
export interface Erasures {
  /** Begins one; one of the same consumer begins anew. */
  ask(projectId: number, consumer: NamedConsumer): Promise<ErasureRecord>
  /** In the order in which they were asked for. */
  list(): Promise<readonly ErasureRecord[]>
  /** Says that events were removed and none are left, unless it was asked for again meanwhile. */
  done(record: ErasureRecord, events: number): Promise<void>
  /** Forgets the name too, unless it was asked for again meanwhile. */
  forget(record: ErasureRecord): Promise<void>
}

/** @param now - milliseconds since 1970 */
export function createErasures(database: Database, now: () => number): Erasures {
  return {
    async ask(projectId, { kind, consumer }) {
      const askedAt = now()
      await database.query(
        `INSERT INTO erasures (project_id, kind, consumer, asked_at, events) VALUES ($1, $2, $3, $4, 0)
         ON CONFLICT (project_id, kind, consumer) DO UPDATE SET asked_at = excluded.asked_at, done_at = NULL, events = 0`,
        [projectId, kind, consumer, askedAt],
      )
      return { projectId, kind, consumer, askedAt, doneAt: null, events: 0 }
    },
    list: async () => (await database.query('SELECT * FROM erasures ORDER BY asked_at, project_id, kind, consumer')).map(toRecord),
    async done({ projectId, kind, consumer, askedAt }, events) {
      await database.query(
        'UPDATE erasures SET done_at = COALESCE(done_at, $5), events = events + $6 WHERE project_id = $1 AND kind = $2 AND consumer = $3 AND asked_at = $4',
        [projectId, kind, consumer, askedAt, now(), events],
      )
    },
    async forget({ projectId, kind, consumer, askedAt }) {
      await database.query('DELETE FROM erasures WHERE project_id = $1 AND kind = $2 AND consumer = $3 AND asked_at = $4', [projectId, kind, consumer, askedAt])
    },
  }
}

function toRecord(row: Row): ErasureRecord {
  const kind = NAMED_KINDS.find((each) => each === row['kind'])
  if (kind === undefined) throw new Error(`an erasure is of kind ${JSON.stringify(row['kind'])}, which this program does not know`)
  return {
    projectId: Number(row['project_id']),
    kind,
    consumer: String(row['consumer']),
    askedAt: Number(row['asked_at']),
    doneAt: row['done_at'] === null || row['done_at'] === undefined ? null : Number(row['done_at']),
    events: Number(row['events']),
  }
}
