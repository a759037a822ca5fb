import { connect } from './connect.ts'

/** What a ClickHouse says of itself. */
export interface ClickHouseState {
  readonly version: string
  /** Its clock, milliseconds since 1970. */
  readonly now: number
}

/** Asks the ClickHouse at a URL who it is. Rejects when it does not answer, or does not let us in. */
export async function askClickHouse(url: string): Promise<ClickHouseState> {
  const client = await connect(url)
  try {
    const answer = await client.query({ query: 'SELECT version() AS version, toUnixTimestamp64Milli(now64(3)) AS now', format: 'JSONEachRow' })
    const [row] = await answer.json<{ readonly version: string; readonly now: string | number }>()
    if (row === undefined) throw new Error('it answers nothing')
    return { version: row.version, now: Number(row.now) }
  } finally {
    await client.close()
  }
}
