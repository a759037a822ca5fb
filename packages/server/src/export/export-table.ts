import type { DimensionValue, QueryColumn } from '@wayside/protocol'

/** A column of a file. `tags` are names and values. */
export interface ExportColumn {
  readonly name: string
  readonly type: QueryColumn['type'] | 'tags'
}

export type ExportValue = DimensionValue | Readonly<Record<string, string>>

/** In the order of the columns. */
export type ExportRow = readonly ExportValue[]

/** What a file is made of, page by page: it may be far larger than memory. */
export interface ExportTable {
  readonly columns: readonly ExportColumn[]
  /** About how many rows there are; `null` where that is not known. */
  readonly expectedRows: number | null
  readonly pages: AsyncIterable<readonly ExportRow[]>
}
