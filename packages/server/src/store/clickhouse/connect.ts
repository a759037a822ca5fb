import type { ClickHouseClient } from '@clickhouse/client'

/** A client of the ClickHouse at a URL such as `http://user:password@host:8123`. */
export async function connect(url: string): Promise<ClickHouseClient> {
  // Most servers have no ClickHouse: its client takes memory where there is one alone.
  const { ClickHouseLogLevel, createClient } = await import('@clickhouse/client')
  return createClient({
    url,
    // A segment is one request.
    request_timeout: 300_000,
    // Long filters do not fit into an address.
    use_multipart_params_auto: true,
    clickhouse_settings: { cancel_http_readonly_queries_on_client_close: 1 },
    // The store says what is wrong; the client would write to the console.
    log: { level: ClickHouseLogLevel.OFF },
  })
}
