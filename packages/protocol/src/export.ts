import type { CustomRange, Filter, Query, RangeWord } from './query.ts'

/** `zip` holds one CSV file. */
export const EXPORT_FORMATS = ['csv', 'ndjson', 'parquet', 'zip'] as const
export type ExportFormat = (typeof EXPORT_FORMATS)[number]

export const EXPORT_STATES = ['queued', 'running', 'done', 'failed'] as const
export type ExportState = (typeof EXPORT_STATES)[number]

/** What a file is to be made of: single requests, or all rows of a query. */
export type ExportInput = { readonly format: ExportFormat } & (
  | { readonly requests: ExportedRequests; readonly query?: never }
  /** `limit` is of the whole file; without it all rows are in it. It takes no `cursor`. */
  | { readonly query: Query; readonly requests?: never }
)

/** Which single requests. */
export interface ExportedRequests {
  /** @default '24h' */
  readonly range?: RangeWord | CustomRange
  /** IANA name. @default that of the project */
  readonly timeZone?: string
  readonly filter?: Filter
}

/** A file that is made in the background. Instants are milliseconds since 1970. */
export interface ExportJob {
  readonly id: string
  /** What it is called when it is saved. */
  readonly fileName: string
  readonly of: 'requests' | 'query'
  readonly format: ExportFormat
  readonly state: ExportState
  /** [from, to) of the requests that it holds. */
  readonly from: number
  readonly to: number
  /** The id of a key, or `person:` and the id of a person; `schedule` for files of days and months. */
  readonly askedBy: string
  readonly askedAt: number
  /** When it was made, or could not be. */
  readonly endedAt: number | null
  /** Rows written so far. */
  readonly rows: number
  /** About how many there will be; `null` where that is not known. */
  readonly expectedRows: number | null
  /** Bytes written so far. */
  readonly bytes: number
  /** Why it could not be made. */
  readonly problem: string | null
  /** When it is removed; `null` until it was made. */
  readonly expiresAt: number | null
}

export interface ExportsList {
  /** The newest first. */
  readonly exports: readonly ExportJob[]
}

/** An address that gives a file once, without a key. */
export interface ExportLink {
  readonly url: string
  readonly expiresAt: number
}

/** Which files are made of each day and each month that is over. */
export interface RawFiles {
  readonly daily: boolean
  readonly monthly: boolean
  readonly format: ExportFormat
}
