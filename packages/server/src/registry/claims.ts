import type { SeqRange } from '@wayside/protocol'
import type { Database, Row, Statements } from '../database/database.ts'
import { union, without, type IntervalSet } from '../ledger/interval-set.ts'
import type { ProducerKey } from '../ledger/ledger.ts'

/** Seqs of a producer, each of which one of several servers stores. */
export interface SeqsOfProducer extends ProducerKey {
  readonly ranges: IntervalSet
}

/** Which of several servers stores which seqs, each of which is stored once. An owner is a server's journal. */
export interface Claims {
  /**
   * Claims for a closed segment of an owner's journal what nobody has of the seqs in it, and answers with those that are the
   * owner's, in the order asked; the others are copies. Asked again for the same segment it answers the same, until the claim
   * is confirmed. Of a project that is gone, or about to be removed, nothing is given. A producer stands in `wanted` once.
   */
  claim(owner: string, segment: number, wanted: readonly SeqsOfProducer[]): Promise<readonly IntervalSet[]>
  /** Says that the store holds all that an owner has claimed for its segments up to this one. */
  confirm(owner: string, upTo: number): Promise<void>
  /** Forgets producers without open claims that nobody claimed for since; answers how many. A later copy would count again. */
  forget(olderThanMs: number): Promise<number>
}

export function createClaims(database: Database): Claims {
  /** Whether the project is in use. The row is then locked to the end of the transaction. */
  const lock = async (statements: Statements, { projectId, producerId }: ProducerKey): Promise<boolean> => {
    const locked = await statements.query(
      `INSERT INTO claim_producers (project_id, producer_id, touched_at) SELECT id, $2, ${database.words.nowMs} FROM projects WHERE id = $1 AND retired_at IS NULL
       ON CONFLICT (project_id, producer_id) DO UPDATE SET touched_at = excluded.touched_at RETURNING project_id`,
      [projectId, producerId],
    )
    return locked.length > 0
  }

  return {
    claim: (owner, segment, wanted) =>
      database.transaction(async (statements) => {
        const mine = toSets(await openOf(statements, owner, { from: segment, to: segment }))
        const granted = new Map<SeqsOfProducer, IntervalSet>()
        for (const each of inLockOrder(wanted)) {
          const known = mine.get(toName(each))
          if (!(await lock(statements, each))) granted.set(each, [])
          else granted.set(each, known?.ranges ?? (await claimFree(statements, owner, segment, each)))
        }
        return wanted.map((each) => granted.get(each) ?? [])
      }),
    confirm: (owner, upTo) =>
      database.transaction(async (statements) => {
        for (const each of inLockOrder([...toSets(await openOf(statements, owner, { from: 0, to: upTo })).values()])) {
          await lock(statements, each)
          const confirmed = toRanges(
            await statements.query(
              `DELETE FROM claims WHERE project_id = $1 AND producer_id = $2 AND owner = $3 AND segment <= $4 RETURNING first_seq, last_seq`,
              [each.projectId, each.producerId, owner, upTo],
            ),
          )
          for (const range of confirmed) await join(statements, each, range)
        }
      }),
    async forget(olderThanMs) {
      const forgotten = await database.query(
        `DELETE FROM claim_producers WHERE touched_at < ${database.words.nowMs} - $1 AND NOT EXISTS (
           SELECT 1 FROM claims WHERE claims.project_id = claim_producers.project_id
           AND claims.producer_id = claim_producers.producer_id AND claims.owner IS NOT NULL) RETURNING producer_id`,
        [olderThanMs],
      )
      return forgotten.length
    },
  }
}

/** All transactions lock in this order: none waits for a row that another holds while that waits for one of its own. */
function inLockOrder<Key extends ProducerKey>(keys: readonly Key[]): readonly Key[] {
  return keys.toSorted((a, b) => a.projectId - b.projectId || (a.producerId < b.producerId ? -1 : 1))
}

function openOf(statements: Statements, owner: string, segments: SeqRange): Promise<readonly Row[]> {
  return statements.query(
    `SELECT project_id, producer_id, first_seq, last_seq FROM claims WHERE owner = $1 AND segment BETWEEN $2 AND $3
     ORDER BY project_id, producer_id, first_seq`,
    [owner, segments.from, segments.to],
  )
}

/** Claims what nobody has. */
async function claimFree(statements: Statements, owner: string, segment: number, wanted: SeqsOfProducer): Promise<IntervalSet> {
  const free = without(wanted.ranges, await claimedWithin(statements, wanted))
  for (const { from, to } of free)
    await statements.query('INSERT INTO claims (project_id, producer_id, first_seq, last_seq, owner, segment) VALUES ($1, $2, $3, $4, $5, $6)', [
      wanted.projectId,
      wanted.producerId,
      from,
      to,
      owner,
      segment,
    ])
  return free
}

/** What anybody has claimed between the first and the last of the seqs. */
async function claimedWithin(statements: Statements, { projectId, producerId, ranges }: SeqsOfProducer): Promise<IntervalSet> {
  const [first, last] = [ranges[0], ranges[ranges.length - 1]]
  if (first === undefined || last === undefined) return []
  const rows = await statements.query(
    `SELECT first_seq, last_seq FROM claims WHERE project_id = $1 AND producer_id = $2 AND last_seq >= $3 AND first_seq <= $4
     ORDER BY first_seq`,
    [projectId, producerId, first.from, last.to],
  )
  return toRanges(rows)
}

/** Keeps a confirmed range as one row with those that it touches: a producer that loses nothing has one row. */
async function join(statements: Statements, { projectId, producerId }: ProducerKey, range: SeqRange): Promise<void> {
  const touching = toRanges(
    await statements.query(
      `DELETE FROM claims WHERE project_id = $1 AND producer_id = $2 AND owner IS NULL
       AND (last_seq = $3 OR first_seq = $4) RETURNING first_seq, last_seq`,
      [projectId, producerId, range.from - 1, range.to + 1],
    ),
  )
  for (const { from, to } of union([range], touching))
    await statements.query('INSERT INTO claims (project_id, producer_id, first_seq, last_seq) VALUES ($1, $2, $3, $4)', [
      projectId,
      producerId,
      from,
      to,
    ])
}

function toRanges(rows: readonly Row[]): IntervalSet {
  return rows.map((row) => ({ from: Number(row['first_seq']), to: Number(row['last_seq']) }))
}

/** By producer. Rows come by producer and then by seq. */
function toSets(rows: readonly Row[]): ReadonlyMap<string, SeqsOfProducer> {
  const sets = new Map<string, ProducerKey & { readonly ranges: SeqRange[] }>()
  for (const row of rows) {
    const key = { projectId: Number(row['project_id']), producerId: String(row['producer_id']) }
    const set = sets.get(toName(key)) ?? { ...key, ranges: [] }
    sets.set(toName(key), set)
    set.ranges.push(...toRanges([row]))
  }
  return sets
}

function toName({ projectId, producerId }: ProducerKey): string {
  return `${projectId}:${producerId}`
}
