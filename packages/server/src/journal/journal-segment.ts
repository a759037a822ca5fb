/** A closed file of the journal. Its lines are headers of batches and their events, in the form that `read_json` loads. */
export interface JournalSegment {
  /** Ascending; a number is never used twice. */
  readonly number: number
  readonly path: string
  readonly bytes: number
  readonly events: number
  /** When its oldest batch arrived, milliseconds since 1970. */
  readonly oldestReceivedAt: number
}
