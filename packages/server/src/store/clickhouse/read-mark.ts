import type { Session } from './session.ts'

/** The last journal segment of a server process that is stored, and its greatest event id; 0 for none. */
export interface JournalMark {
  readonly segment: number
  readonly eventId: number
}

export async function readMark({ ask, topology }: Session, owner: string): Promise<JournalMark> {
  const { rows } = await ask(`SELECT max(segment), max("eventId") FROM ${topology.database}.journal_mark WHERE owner = {owner:String}`, { owner })
  return { segment: Number(rows[0]?.[0] ?? 0), eventId: Number(rows[0]?.[1] ?? 0) }
}
