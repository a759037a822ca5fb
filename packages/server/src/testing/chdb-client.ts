import { createClient, type ClickHouseClient } from '@clickhouse/client'
import { createChdbConnection } from 'chdb/connection'

type Connection = NonNullable<NonNullable<Parameters<typeof createClient>[0]>['connection']>

/** A client of ClickHouse's engine in this process. All of a process share one data folder, so each test names its own database. */
export function createChdbClient(): ClickHouseClient {
  // Boundary: chDB builds on an older package of the client's types, with the same members.
  return createClient({ connection: createChdbConnection() as unknown as Connection })
}
