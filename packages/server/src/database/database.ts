/** A value that both databases keep. Whole numbers are safe integers; instants are milliseconds since 1970. */
export type SqlValue = string | number | null | Uint8Array
export type Row = Readonly<Record<string, SqlValue>>

/** Runs statements. They are written once for all databases: parameters are `$1`, `$2`, …, changes answer with `RETURNING`. */
export interface Statements {
  /** The rows that a statement answers with. Its text is a constant, never made of what someone sent. */
  query(text: string, values?: readonly SqlValue[]): Promise<readonly Row[]>
}

/** A database of small tables that change one row at a time. */
export interface Database extends Statements {
  readonly words: SqlWords
  /** All or nothing. `work` uses only the statements that it is given. */
  transaction<Result>(work: (statements: Statements) => Promise<Result>): Promise<Result>
  close(): Promise<void>
}

/** What the databases call differently. Schemas and statements are written with these words. */
export interface SqlWords {
  /** The column type of a primary key that is counted up and never given again. */
  readonly serialKey: string
  /** The column type of whole numbers up to 2^53. */
  readonly integer: string
  readonly bytes: string
  /** What follows a table's columns. */
  readonly tableEnd: string
  /** The database's own clock, milliseconds since 1970: processes on several machines agree on it. */
  readonly nowMs: string
}

/** How the program's version of the tables is kept. */
export interface SchemaVersion {
  /** Keeps other processes from changing tables until the transaction ends; answers 0 for an empty database. */
  lock(statements: Statements): Promise<number>
  write(statements: Statements, version: number): Promise<void>
}

/** The database did not answer. What was asked may or may not have happened. */
export class DatabaseUnavailable extends Error {
  override readonly name = 'DatabaseUnavailable'
}
