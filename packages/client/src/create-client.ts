import type { ErasedData, ErasureReceipt, ExportLink, ExportsList, MonitorIncident, MonitorReport, QueryAnswer, RequestsPage } from '@wayside/protocol'
import { ask } from './ask.ts'
import type { CallOptions, Client } from './client.ts'
import { toConnection, type ClientOptions } from './client-options.ts'
import { followLive } from './follow-live.ts'
import { toSearch } from './to-search.ts'

/**
 * Makes a client of the server's API. It holds nothing open and needs no closing.
 * @example
 * const wayside = createClient({ url: 'http://localhost:4270', apiKey })
 * const { rows } = await wayside.query({ metrics: ['requests', 'p95'], dimensions: ['endpoint'] })
 * @throws RangeError - when an option cannot be used
 */
export function createClient(options: ClientOptions): Client {
  const connection = toConnection(options)
  const get = <Answer>(path: string, parameters: Parameters<typeof toSearch>[0], { signal }: CallOptions = {}) =>
    ask<Answer>(connection, `/api/v1/${path}${toSearch(parameters)}`, { signal })
  const post = <Answer>(path: string, body: unknown, { signal }: CallOptions = {}) => ask<Answer>(connection, `/api/v1/${path}`, { body, signal })

  /** Sent once: what may have been made already is not made twice. */
  const make = <Made>(path: string, body: unknown, { signal }: CallOptions = {}) => ask<Made>({ ...connection, retries: 0 }, `/api/v1/${path}`, { body, signal })

  return {
    project: (call) => get('project', {}, call),
    query: (query, call) => post('query', query, call),
    queries: (queries, call) => post('query/batch', { queries }, call),
    async *pages(query, call) {
      let cursor = query.cursor ?? null
      do {
        const page: QueryAnswer = await post('query', cursor === null ? query : { ...query, cursor }, call)
        yield page
        cursor = page.nextCursor
      } while (cursor !== null)
    },
    overview: (period = '24h', call) => get('overview', { period }, call),
    timeseries: (about = {}, call) => get('timeseries', { ...about }, call),
    endpoints: (about = {}, call) => get('endpoints', { ...about }, call),
    endpoint: (endpoint, about = {}, call) => get('endpoint', { ...about, endpoint }, call),
    errors: (about = {}, call) => get('errors', { ...about }, call),
    error: (fingerprint, about = {}, call) => get('error', { ...about, fingerprint }, call),
    consumers: (about = {}, call) => get('consumers', { ...about }, call),
    consumer: (consumer, about = {}, call) => get('consumer', { ...about, consumer }, call),
    values: (dimension, about = {}, call) => get('values', { ...about, dimension }, call),
    async *requests(about = {}, call) {
      let cursor: string | undefined
      do {
        const page: RequestsPage = await get('requests', { ...about, cursor }, call)
        yield* page.requests
        cursor = page.nextCursor ?? undefined
      } while (cursor !== undefined)
    },
    request: ({ time, id }, call) => get('request', { time, id }, call),
    live: (about = {}, { signal } = {}) => followLive(connection, `/api/v1/live${toSearch({ ...about })}`, signal ?? null),
    createExport: (input, call) => make('exports', input, call),
    exports: async (call) => (await get<ExportsList>('exports', {}, call)).exports,
    async exportLink(id, call) {
      const link: ExportLink = await post('exports/link', { id }, call)
      return { ...link, url: new URL(link.url, connection.url).href }
    },
    removeExport: (id, { signal } = {}) => ask(connection, `/api/v1/exports${toSearch({ id })}`, { method: 'DELETE', signal }),
    monitors: async (call) => (await get<{ readonly monitors: readonly MonitorReport[] }>('monitors', {}, call)).monitors,
    createMonitor: (input, call) => make('monitors', input, call),
    changeMonitor: (id, body, { signal } = {}) => ask(connection, `/api/v1/monitor${toSearch({ id })}`, { method: 'PATCH', body, signal }),
    async removeMonitor(id, { signal } = {}) {
      await ask(connection, `/api/v1/monitor${toSearch({ id })}`, { method: 'DELETE', signal })
    },
    incidents: async (about = {}, call) => (await get<{ readonly incidents: readonly MonitorIncident[] }>('incidents', { ...about }, call)).incidents,
    planMaintenance: (window, call) => make('maintenance', window, call),
    eraseConsumer: (consumer, call) => post('erasures', consumer, call),
    erasures: async (call) => (await get<{ readonly erasures: readonly ErasureReceipt[] }>('erasures', {}, call)).erasures,
    eraseDays: (days = {}, { signal } = {}) => ask<ErasedData>({ ...connection, retries: 0 }, `/api/v1/project/data${toSearch({ ...days })}`, { method: 'DELETE', signal }),
  }
}
