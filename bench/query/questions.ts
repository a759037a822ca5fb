import type { StoreFilter, StoreMeasure, StoreQuery } from '../../packages/server/src/store/store-query.ts'
import { DAYS, FIRST_DAY_AT } from './make-days.ts'

const HOUR_MS = 3_600_000

/** Thirty days that begin and end within a day of UTC, as they do in most time zones. */
const FROM = FIRST_DAY_AT + 8 * HOUR_MS
const TO = FIRST_DAY_AT + DAYS * 24 * HOUR_MS
const EVERY_8_HOURS = Array.from({ length: (TO - FROM) / (8 * HOUR_MS) }, (_, at) => FROM + at * 8 * HOUR_MS)

/** A question of the overview, and the same in SQL over rows of events named `raw`, as one would write it by hand. */
export interface Question {
  readonly name: string
  readonly ask: StoreQuery
  readonly plain: string
}

function question(name: string, groupBy: StoreQuery['groupBy'], measures: readonly StoreMeasure[], over: Partial<StoreQuery>, plain: string): Question {
  const ask = { projectId: 1, from: FROM, to: TO, intervals: null, groupBy, filter: null, measures: new Set(measures), limit: null, ...over }
  const range = `"projectId" = 1 AND "time" >= ${FROM} AND "time" < ${TO}`
  return { name, ask, plain: plain.replace('$range', range) }
}

const PERCENTILES = 'approx_quantile("durationUs", [0.5, 0.95, 0.99])'

export const OVERVIEW: readonly Question[] = [
  question(
    'totals with percentiles and consumers',
    [],
    ['latency', 'consumers', 'newConsumers'],
    {},
    `SELECT count(*), count(*) FILTER (status >= 400), sum("responseBytes"), count(DISTINCT consumer), ${PERCENTILES} FROM raw WHERE $range`,
  ),
  question('series by status class', ['statusClass'], [], { intervals: EVERY_8_HOURS }, `SELECT ("time" - ${FROM}) // ${8 * HOUR_MS}, status // 100, count(*) FROM raw WHERE $range GROUP BY ALL`),
  question('endpoints with percentiles', ['endpoint'], ['latency'], {}, `SELECT method, route, count(*), count(*) FILTER (status >= 400), ${PERCENTILES} FROM raw WHERE $range GROUP BY ALL`),
  question('consumers', ['consumerKind', 'consumer'], [], { limit: 50 }, 'SELECT consumer, count(*), count(*) FILTER (status >= 400), max("time") FROM raw WHERE $range GROUP BY ALL ORDER BY 2 DESC LIMIT 50'),
  question('countries', ['country'], [], { limit: 50 }, 'SELECT country, count(*), count(*) FILTER (status >= 400) FROM raw WHERE $range GROUP BY ALL ORDER BY 2 DESC LIMIT 50'),
  question('clients', ['client'], [], { limit: 50 }, 'SELECT client, count(*), count(*) FILTER (status >= 400) FROM raw WHERE $range GROUP BY ALL ORDER BY 2 DESC LIMIT 50'),
]

const is = (dimension: Extract<StoreFilter, { readonly kind: 'text' }>['dimension'], value: string): StoreFilter => ({ kind: 'text', operator: 'is', dimension, values: [value] })

/** One filter each, on what a page shows. */
export const FILTERS: Readonly<Record<string, StoreFilter>> = {
  endpoint: is('endpoint', 'GET /v1/products/:id'),
  method: is('method', 'POST'),
  'status class': is('statusClass', '5xx'),
  'consumer kind': is('consumerKind', 'user'),
  country: is('country', 'DE'),
  client: is('client', 'Chrome'),
  host: is('host', 'eu.api.shop.example'),
  instance: is('instance', 'pod-3'),
}

/** Two filters on what no cells keep together with what is shown. */
export const CROSSED: StoreFilter = { kind: 'and', filters: [is('client', 'Chrome'), is('instance', 'pod-3')] }
