import type {
  CurrentProject,
  ErasedData,
  ErasureReceipt,
  ExportInput,
  ExportJob,
  ExportLink,
  Filter,
  LiveState,
  MaintenanceWindow,
  MonitorIncident,
  MonitorInput,
  MonitorReport,
  Overview,
  Period,
  Problem,
  Query,
  QueryAnswer,
  QueryDimension,
  StoredRequest,
  TagDimension,
  ThrownStack,
  TimeGrain,
  Dimension,
} from '@wayside/protocol'
import type { AboutRequests } from './to-search.ts'

/**
 * Asks a Wayside server. Every call throws `WaysideApiError` when the server refuses, and may throw `WaysideAnswerError`
 * for an answer that is too long or none of Wayside's.
 */
export interface Client {
  /** The project that the key belongs to. */
  project(options?: CallOptions): Promise<CurrentProject>
  /** Answers one query: the page that its `limit` and `cursor` say. */
  query(query: Query, options?: CallOptions): Promise<QueryAnswer>
  /** Answers up to 24 queries in one round trip. One that cannot be answered spoils no other. */
  queries<Name extends string>(queries: Readonly<Record<Name, Query>>, options?: CallOptions): Promise<NamedAnswers<Name>>
  /** All pages of a query, one after the other. */
  pages(query: Query, options?: CallOptions): AsyncGenerator<QueryAnswer, void, undefined>
  /** What the first page of the dashboard shows. @param period - ends now, `'24h'` where absent */
  overview(period?: Period, options?: CallOptions): Promise<Overview>
  /** Requests, errors and latency over time. */
  timeseries(about?: AboutSeries, options?: CallOptions): Promise<QueryAnswer>
  /** Endpoints, those with most requests first. */
  endpoints(about?: AboutTable, options?: CallOptions): Promise<QueryAnswer>
  /** One endpoint, such as `GET /users/:id`. */
  endpoint(endpoint: string, about?: AboutRequests, options?: CallOptions): Promise<NamedAnswers<'totals' | 'timeseries' | 'statuses' | 'consumers' | 'clients' | 'errors'>>
  /** Requests that failed. */
  errors(about?: AboutErrors, options?: CallOptions): Promise<QueryAnswer>
  /** One error by its fingerprint, with where it was thrown. */
  error(fingerprint: string, about?: AboutRequests, options?: CallOptions): Promise<ErrorDetail>
  /** Consumers, those with most requests first. */
  consumers(about?: AboutTable, options?: CallOptions): Promise<QueryAnswer>
  /** One consumer, as the list of consumers names it. */
  consumer(consumer: string, about?: AboutRequests, options?: CallOptions): Promise<NamedAnswers<'totals' | 'timeseries' | 'endpoints' | 'statuses' | 'clients'>>
  /** Values of a dimension, those with most requests first. */
  values(dimension: Dimension | TagDimension, about?: AboutValues, options?: CallOptions): Promise<QueryAnswer>
  /** Single requests, one after the other; the next page is asked for when the loop has come to its end. */
  requests(about?: AboutSingles, options?: CallOptions): AsyncGenerator<StoredRequest, void, undefined>
  /** One request, by what the list of requests names it by. */
  request(request: Pick<StoredRequest, 'time' | 'id'>, options?: CallOptions): Promise<StoredRequest>
  /**
   * What happens now, each second, until the loop is left or the signal aborts. A stream that ends or breaks off is opened
   * again where it was.
   */
  live(about?: { readonly filter?: Filter }, options?: CallOptions): AsyncGenerator<LiveState, void, undefined>
  /** Asks for a file of requests or of an answer, which is made in the background. */
  createExport(input: ExportInput, options?: CallOptions): Promise<ExportJob>
  /** The files that were asked for, the newest first, with how far each is. */
  exports(options?: CallOptions): Promise<readonly ExportJob[]>
  /** An address that gives a file once, without a key, within five minutes. */
  exportLink(id: string, options?: CallOptions): Promise<ExportLink>
  /** Stops making a file, or removes it. */
  removeExport(id: string, options?: CallOptions): Promise<ExportJob>
  /** The addresses that are checked, and how they do. */
  monitors(options?: CallOptions): Promise<readonly MonitorReport[]>
  /** Has an address checked from now on. What is left out has its default. */
  createMonitor(input: Partial<MonitorInput> & Pick<MonitorInput, 'name' | 'url'>, options?: CallOptions): Promise<MonitorReport>
  /** Changes what is given of a monitor, such as `paused`. */
  changeMonitor(id: string, changes: Partial<MonitorInput>, options?: CallOptions): Promise<MonitorReport>
  /** Removes a monitor with all its checks and incidents. */
  removeMonitor(id: string, options?: CallOptions): Promise<void>
  /** When targets were down, the newest first. */
  incidents(about?: AboutIncidents, options?: CallOptions): Promise<readonly MonitorIncident[]>
  /** Plans a time in which it says nothing that targets are down, such as that of a deploy. */
  planMaintenance(window: Omit<MaintenanceWindow, 'id'>, options?: CallOptions): Promise<MaintenanceWindow>
  /**
   * Forgets a consumer: no answer shows it once this resolves. The receipt is of a job that goes on after it. Needs a key that
   * may remove data, as `eraseDays` does.
   */
  eraseConsumer(consumer: Pick<ErasureReceipt, 'kind' | 'consumer'>, options?: CallOptions): Promise<ErasureReceipt>
  /** The removals of consumers that are under way, or not older than a day. */
  erasures(options?: CallOptions): Promise<readonly ErasureReceipt[]>
  /** Removes the events of some days, or of all. Not asked again when it fails: who calls decides that. */
  eraseDays(days?: EraseDays, options?: CallOptions): Promise<ErasedData>
}

export interface CallOptions {
  /** Aborts the call, and the query at the server. */
  readonly signal?: AbortSignal
}

/** Days (UTC) such as `2026-01-31`. */
export interface EraseDays {
  /** The first. @default as far back as there are events */
  readonly from?: string
  /** The last. @default all from `from` on */
  readonly to?: string
}

export interface AboutIncidents {
  /** Id of a monitor. @default all of the project */
  readonly monitor?: string
  /** Id of the last one of the page before. */
  readonly before?: number
  /** How many, 1 to 1,000. @default 100 */
  readonly limit?: number
}

export interface AboutTable extends AboutRequests {
  /** Puts each row beside the same one of the range before. */
  readonly compare?: 'previous'
  /** Rows of a page, 1 to 10,000. @default 100 */
  readonly limit?: number
  /** `nextCursor` of the page before. */
  readonly cursor?: string
}

export interface AboutSeries extends AboutTable {
  /** @default one that suits the range */
  readonly interval?: TimeGrain
  /** A series of each of its values. @default one of all requests */
  readonly by?: QueryDimension
}

export interface AboutErrors extends AboutTable {
  /** @default 'status' */
  readonly by?: 'status' | 'endpoint' | 'fingerprint'
}

export interface AboutValues extends AboutTable {
  /** What the value must contain. */
  readonly q?: string
}

/** Which single requests are listed. */
export interface AboutSingles {
  /** They began in [from, to), milliseconds since 1970. @default at any time */
  readonly from?: number
  readonly to?: number
  readonly filter?: Filter
  /** @default 'newest' */
  readonly order?: 'newest' | 'oldest'
  /** How many are asked for at a time, 1 to 1,000. @default 100 */
  readonly limit?: number
}

/** What several queries came to, by their names. */
export interface NamedAnswers<Name extends string> {
  readonly answers: Readonly<Partial<Record<Name, QueryAnswer>>>
  /** Of the queries that could not be answered. */
  readonly problems: Readonly<Partial<Record<Name, Problem>>>
}

export interface ErrorDetail extends NamedAnswers<'totals' | 'timeseries' | 'endpoints' | 'consumers' | 'versions'> {
  /** `null` where no app has told one in the last 30 days. */
  readonly stack: ThrownStack | null
}
