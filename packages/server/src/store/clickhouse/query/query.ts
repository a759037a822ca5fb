import { TooMuch, type StoreAnswer, type StoreQuery } from '../../store-query.ts'
import type { Session } from '../session.ts'
import { clipped, toQuestionSql } from './question-sql.ts'
import { readRow } from './read-row.ts'
import { toSources } from './to-sources.ts'

/** Rows of one answer: each is held in memory until it was turned into what was asked for. */
const MAX_ROWS = 100_000

/** Answers from summaries where they can tell, and from single events elsewhere. */
export async function query(session: Session, question: StoreQuery): Promise<StoreAnswer> {
  const { signal, limit } = question
  signal?.throwIfAborted()
  const { sources, from } = toSources(question)
  const { sql, parameters } = toQuestionSql(question, sources, session.topology.database, Math.min(limit ?? Infinity, MAX_ROWS + 1))
  const [{ rows, rowsRead }, shed] = await Promise.all([session.ask(sql, parameters, signal), countShed(session, question)])
  if (rows.length > MAX_ROWS) throw new TooMuch(`the answer has more than ${MAX_ROWS} groups: ask for fewer dimensions, a shorter range or longer intervals, or filter`)
  return { rows: rows.map((row) => readRow(row, question)), source: from, rowsRead, shed }
}

async function countShed({ ask, topology }: Session, { projectId, from, to, signal }: StoreQuery): Promise<number> {
  const { rows } = await ask(
    `SELECT ${clipped('sum(toInt128(requests))')} FROM ${topology.database}.shed
    WHERE "projectId" = {projectId:Int64} AND minute * 60000 >= {from:Int64} AND minute * 60000 < {to:Int64}`,
    { projectId, from, to },
    signal,
  )
  return Number(rows[0]?.[0] ?? 0)
}
