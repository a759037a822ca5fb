import type { ConsumerKind } from './overview.ts'

/** A backup that was made before something was removed, and so holds it still, wherever it is by now. */
export interface HoldingBackup {
  /** Name of the folder that it was written to. */
  readonly name: string
  /** When it was begun, milliseconds since 1970. */
  readonly startedAt: number
  /** When it was whole, milliseconds since 1970. */
  readonly madeAt: number
}

/** How far the removal of one consumer is. */
export interface ErasureReceipt {
  readonly kind: Exclude<ConsumerKind, 'unknown'>
  /** Its name, as answers show it. */
  readonly consumer: string
  /** Milliseconds since 1970: what it did before goes. */
  readonly askedAt: number
  /** When all was gone that had been stored, milliseconds since 1970; `null` before. */
  readonly doneAt: number | null
  /** Events removed so far. */
  readonly events: number
  /** Newest first. */
  readonly backups: readonly HoldingBackup[]
}

/** What the removal of days, or of all, came to. */
export interface ErasedData {
  /** Events removed. */
  readonly events: number
  /** Newest first. */
  readonly backups: readonly HoldingBackup[]
}
