import type { SeqRange } from '@wayside/protocol'
import type { Database, Row, Statements } from '../database/database.ts'
import { union, without, type IntervalSet } from '../ledger/interval-set.ts'
import type { ProducerKey } from '../ledger/ledger.ts'

/** Where a batch is in its owner's journal. */
export interface ClaimPosition {
  readonly segment: number
  readonly offset: number
}

/** Seqs of one batch that its owner alone may store, and has not confirmed. */
export interface Claim extends ProducerKey {
  readonly position: ClaimPosition
  readonly ranges: IntervalSet
}

/** Which of several processes stores which seqs, each of which is stored once. */
export interface Claims {
  /**
   * Claims what nobody has of a batch's seqs and answers with those that are the owner's now; the others are duplicates.
   * Asked again for the same position it answers the same, until the claim is confirmed.
   */
  claim(owner: string, batch: Claim): Promise<IntervalSet>
  /** Says that the store holds what was claimed at a position: the owner need not replay it. */
  confirm(owner: string, batch: ProducerKey & Pick<Claim, 'position'>): Promise<void>
  /** What an owner has claimed and not confirmed, in the order of its journal. */
  open(owner: string): Promise<readonly Claim[]>
  /** Forgets producers without open claims that nobody claimed for since; answers how many. A later copy would count again. */
  forget(olderThanMs: number): Promise<number>
}

export function createClaims(database: Database): Claims {
  const lock = async (statements: Statements, { projectId, producerId }: ProducerKey): Promise<void> => {
    await statements.query(
      `INSERT INTO claim_producers (project_id, producer_id, touched_at) VALUES ($1, $2, ${database.words.nowMs})
       ON CONFLICT (project_id, producer_id) DO UPDATE SET touched_at = excluded.touched_at`,
      [projectId, producerId],
    )
  }

  return {
    claim: (owner, { projectId, producerId, position, ranges }) =>
      database.transaction(async (statements) => {
        await lock(statements, { projectId, producerId })
        const mine = toRanges(
          await statements.query(
            `SELECT first_seq, last_seq FROM claims WHERE project_id = $1 AND producer_id = $2
             AND owner = $3 AND segment = $4 AND byte_offset = $5 ORDER BY first_seq`,
            [projectId, producerId, owner, position.segment, position.offset],
          ),
        )
        if (mine.length > 0) return mine
        const free = without(ranges, await claimedWithin(statements, { projectId, producerId }, ranges))
        for (const { from, to } of free)
          await statements.query(
            `INSERT INTO claims (project_id, producer_id, first_seq, last_seq, owner, segment, byte_offset)
             VALUES ($1, $2, $3, $4, $5, $6, $7)`,
            [projectId, producerId, from, to, owner, position.segment, position.offset],
          )
        return free
      }),
    confirm: (owner, { projectId, producerId, position }) =>
      database.transaction(async (statements) => {
        await lock(statements, { projectId, producerId })
        const confirmed = toRanges(
          await statements.query(
            `DELETE FROM claims WHERE project_id = $1 AND producer_id = $2 AND owner = $3 AND segment = $4 AND byte_offset = $5
             RETURNING first_seq, last_seq`,
            [projectId, producerId, owner, position.segment, position.offset],
          ),
        )
        for (const range of confirmed) await join(statements, { projectId, producerId }, range)
      }),
    async open(owner) {
      const rows = await database.query(
        `SELECT project_id, producer_id, segment, byte_offset, first_seq, last_seq FROM claims WHERE owner = $1
         ORDER BY segment, byte_offset, project_id, producer_id, first_seq`,
        [owner],
      )
      return toClaims(rows)
    },
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

/** What anybody has claimed between the first and the last of the seqs. */
async function claimedWithin(statements: Statements, key: ProducerKey, ranges: IntervalSet): Promise<IntervalSet> {
  const [first, last] = [ranges[0], ranges[ranges.length - 1]]
  if (first === undefined || last === undefined) return []
  const rows = await statements.query(
    `SELECT first_seq, last_seq FROM claims WHERE project_id = $1 AND producer_id = $2 AND last_seq >= $3 AND first_seq <= $4
     ORDER BY first_seq`,
    [key.projectId, key.producerId, first.from, last.to],
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

/** Rows of one batch stand together. */
function toClaims(rows: readonly Row[]): readonly Claim[] {
  const claims: (Claim & { ranges: SeqRange[] })[] = []
  for (const row of rows) {
    const key = { projectId: Number(row['project_id']), producerId: String(row['producer_id']) }
    const position = { segment: Number(row['segment']), offset: Number(row['byte_offset']) }
    const last = claims[claims.length - 1]
    if (last === undefined || JSON.stringify([last.projectId, last.producerId, last.position]) !== JSON.stringify([key.projectId, key.producerId, position]))
      claims.push({ ...key, position, ranges: toRanges([row]).slice() })
    else last.ranges.push(...toRanges([row]))
  }
  return claims
}
