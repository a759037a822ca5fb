import type { DuckDBConnection, DuckDBValue } from '@duckdb/node-api'

/** A statement with the values of its parameters, `$1` and so on. What a user wrote is in the values alone. */
export interface Statement {
  readonly sql: string
  readonly parameters: readonly DuckDBValue[]
  /** About how many rows it reads, those of what is gathered for it among them; one that says nothing reads few. */
  readonly rows?: number
  /** What it finds in temporary tables. */
  readonly gathered?: readonly Gathered[]
}

/** A temporary table that is filled part by part, and dropped when its statement has ended. */
export interface Gathered {
  readonly table: string
  /** Each selects some of its rows, in the same columns. */
  readonly parts: readonly Statement[]
}

/** A statement that is worked on. */
export interface Work {
  readonly rows: Promise<readonly (readonly DuckDBValue[])[]>
  /** Which part is done, from 0 to 1, never less than before. */
  done(): number
}

/**
 * Gathers what a statement needs and reads its rows.
 * @param throwIfStopped - asked before each part: to interrupt a connection stops only what runs on it
 */
export function startWork(connection: DuckDBConnection, statement: Statement, throwIfStopped: () => void): Work {
  const { gathered = [], rows = 0 } = statement
  let rowsDone = 0
  let rowsUnderWay = rows
  let told = 0

  async function gather({ table, parts }: Gathered): Promise<void> {
    for (const [at, { sql, parameters, rows: ofPart = 0 }] of parts.entries()) {
      throwIfStopped()
      rowsUnderWay = ofPart
      await connection.run(`${at === 0 ? `CREATE TEMP TABLE ${table} AS` : `INSERT INTO ${table}`} ${sql}`, [...parameters])
      rowsDone += ofPart
    }
  }

  async function run(): Promise<DuckDBValue[][]> {
    try {
      for (const each of gathered) await gather(each)
      throwIfStopped()
      rowsUnderWay = rows - rowsDone
      return await readAll(connection, statement)
    } finally {
      for (const { table } of gathered) await connection.run(`DROP TABLE IF EXISTS ${table}`)
    }
  }

  return {
    rows: run(),
    done() {
      const ofStatement = Math.max(0, connection.progress.percentage) / 100
      told = Math.max(told, rows === 0 ? ofStatement : Math.min(1, (rowsDone + ofStatement * rowsUnderWay) / rows))
      return told
    },
  }
}

/** Chunk by chunk: turning a long page into JavaScript values at once would stop the server's other work. */
async function readAll(connection: DuckDBConnection, { sql, parameters }: Statement): Promise<DuckDBValue[][]> {
  const result = await connection.stream(sql, [...parameters])
  const rows: DuckDBValue[][] = []
  for (;;) {
    const chunk = await result.fetchChunk()
    if (chunk === null || chunk.rowCount === 0) return rows
    for (const row of chunk.getRows()) rows.push(row)
  }
}
