/** When batches go to disk: never; when they wait long, find no room or are left at the end; always, before they are sent. */
export type SpoolMode = 'off' | 'overflow' | 'always'

/** Where and how much the spool keeps. */
export interface SpoolSettings {
  /** @default 'overflow' */
  readonly mode?: SpoolMode | undefined
  /**
   * Folder of the spools of this user's apps; it is made when it is missing. Nobody else may be able to write there.
   * Environment: `WAYSIDE_SPOOL_FOLDER`. Default: `wayside/spool` in the user's folder for state, such as
   * `~/.local/state`.
   */
  readonly folder?: string | undefined
  /**
   * Bytes on disk at most for each receiver group, 1 MiB to 2 GiB. Beyond that the oldest batches are dropped and counted
   * as `spool_overflow`.
   * @default 67108864
   */
  readonly maxBytes?: number | undefined
  /**
   * Waits for the disk itself, so that a batch survives a power cut too.
   * @default false
   */
  readonly fsync?: boolean | undefined
}

export interface ResolvedSpool {
  readonly always: boolean
  readonly folder: string
  readonly maxBytes: number
  readonly fsync: boolean
}
