/** A closed file of the journal. Its lines are batch headers and events, in the form that `read_json` loads. */
export interface JournalSegment {
  /** Ascending without gaps. */
  readonly number: number
  readonly path: string
  readonly bytes: number
  readonly events: number
}
