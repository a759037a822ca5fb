import type { StoredLedger } from '../store.ts'
import { addDayFile } from './day-files.ts'
import type { DaysFolder } from './days-folder.ts'
import type { Session } from './session.ts'
import type { SnapshotContent } from './snapshots-folder.ts'

/**
 * Fills an empty database with what a snapshot stood for when its copy of the database is damaged: all events were in
 * day files then; their cells and the first requests of their consumers are made anew. What was shed or dropped, and the stacks of errors, are lost.
 * Resolves with the number of files that are not there.
 */
export async function restoreFromDays({ writer, changeDayFiles }: Session, snapshot: SnapshotContent, ledger: StoredLedger, folder: DaysFolder): Promise<number> {
  let lacking = 0
  await changeDayFiles(async () => {
    for (const file of snapshot.dayFiles) {
      if (!(await folder.holds(file))) {
        lacking++
        continue
      }
      await addDayFile(writer, file)
    }
    for (const { projectId, producerId, from, to, seenAt } of ledger.intervals) {
      await writer.run(LEDGER_STATEMENT, [projectId, producerId, BigInt(from), BigInt(to), BigInt(seenAt)])
    }
    for (const { projectId, producerId, books } of ledger.producers) {
      await writer.run(BOOKS_STATEMENT, [projectId, producerId, BigInt(books.lastSeenAt), JSON.stringify(books)])
    }
    await writer.run('UPDATE journal_mark SET segment = $1::BIGINT, event_id = $2::BIGINT', [BigInt(snapshot.segment), BigInt(snapshot.eventId)])
  })
  return lacking
}

const LEDGER_STATEMENT =
  'INSERT INTO ledger BY NAME SELECT $1::INTEGER AS project_id, $2 AS producer_id, $3::BIGINT AS from_seq, $4::BIGINT AS to_seq, $5::BIGINT AS seen_at'

const BOOKS_STATEMENT = 'INSERT INTO producers BY NAME SELECT $1::INTEGER AS project_id, $2 AS producer_id, $3::BIGINT AS seen_at, $4 AS books'
