import type { AlertCondition, AlertRuleInput, DimensionValue, Filter, Metric, Query, QueryDimension, QueryRow, TimeGrain } from '@wayside/protocol'
import { readQuery, type ReadQueryOptions } from '../query/read-query.ts'
import type { Span } from '../query/resolve-range.ts'
import { isDetector, type DetectorCondition } from './detect/detect-window.ts'
import type { Measured, RuleWindow } from './evaluate.ts'

/** What a rule asks about. */
export interface Watched extends Pick<AlertRuleInput, 'metric' | 'filter' | 'dimension' | 'windowMinutes' | 'consecutive'> {
  readonly condition: Exclude<AlertCondition, DetectorCondition>
}
export type Asking = Pick<ReadQueryOptions, 'engine' | 'project' | 'completeUntil' | 'signal'>

const MINUTE_MS = 60_000
/** Values of a dimension that are watched: those with most requests. */
const MAX_VALUES = 1_000
/** Rows of history that are read at once. */
const MAX_ROWS = 10_000
/** How often a window that slides is looked at: at least so many times in its length. */
const STEPS = 12
const GRAINS: Readonly<Partial<Record<number, TimeGrain>>> = { 1: 'minute', 15: 'quarterHour', 60: 'hour', 1_440: 'day' }
/** Metrics that are 0 where there was no request, rather than unknown. */
const COUNTS: ReadonlySet<Metric> = new Set(['requests', 'informational', 'success', 'redirect', 'clientErrors', 'serverErrors', 'errors', 'aborted', 'requestBytes', 'responseBytes', 'consumers', 'newConsumers', 'returningConsumers'])

/** From one window's end to the next, milliseconds. Windows that are held against others, or counted in a row, do not overlap. */
export function stepOf({ windowMinutes, condition, consecutive }: Pick<AlertRuleInput, 'windowMinutes' | 'condition' | 'consecutive'>): number {
  const slides = condition.kind === 'threshold' && consecutive === 1
  return (slides ? Math.max(1, Math.floor(windowMinutes / STEPS)) : windowMinutes) * MINUTE_MS
}

/** Whether windows of a rule can be held against those before: history is read by intervals of the calendar. */
export function hasHistory({ windowMinutes, condition }: Pick<AlertRuleInput, 'windowMinutes' | 'condition'>): boolean {
  return condition.kind === 'threshold' || isDetector(condition) || GRAINS[windowMinutes] !== undefined
}

/** Reads the window of a rule that ends at an instant, and of those before what its condition asks for. Rejects as `readQuery` does. */
export async function readWindow(rule: Watched, end: number, asking: Asking): Promise<RuleWindow> {
  const { metric, dimension, condition, windowMinutes } = rule
  const windowMs = windowMinutes * MINUTE_MS
  const from = end - windowMs
  const ask = async (range: Span, dimensions: readonly QueryDimension[], limit: number, filter = rule.filter) => {
    const query: Query = { range, timeZone: 'UTC', metrics: toMetrics(metric), dimensions, ...(filter !== null && { filter }), orderBy: [['requests', 'desc']], limit }
    return (await readQuery({ ...asking, query, now: end })).rows
  }
  const grouped = dimension === null ? [] : [dimension]
  const now = new Map<string, Measured & { readonly key: DimensionValue }>()
  for (const row of await ask({ from, to: end }, grouped, MAX_VALUES)) {
    const key = dimension === null ? null : (row[0] ?? null)
    now.set(dimension === null ? '' : String(key), { key, value: toMeasured(metric, row.at(-toMetrics(metric).length)), requests: Number(row.at(-1) ?? 0), history: [] })
  }
  if (dimension === null && now.size === 0) now.set('', { key: null, value: toMeasured(metric, null), requests: 0, history: [] })
  if (condition.kind === 'threshold') return { end, values: now }

  const past = { from: from - condition.history * windowMs, to: from }
  if (condition.kind === 'newValue') {
    const known = new Set((await ask(past, grouped, MAX_ROWS)).map(([key]) => String(key)))
    // What is new where there was nothing before is the first traffic, not news.
    if (known.size === 0) return { end, values: new Map() }
    return { end, values: new Map([...now].map(([name, measured]) => [name, { ...measured, history: known.has(name) ? [1] : [] }])) }
  }
  // Of a band, what is silent now is a value too.
  if (condition.kind === 'band' && dimension !== null)
    for (const [key = null] of await ask(past, grouped, MAX_VALUES))
      if (!now.has(String(key))) now.set(String(key), { key, value: toMeasured(metric, null), requests: 0, history: [] })

  const time = `time:${GRAINS[windowMinutes] ?? 'minute'}` as const
  const names = [...now.keys()]
  const atOnce = dimension === null ? 1 : Math.max(1, Math.floor(MAX_ROWS / condition.history))
  const values = new Map<string, Measured>()
  for (let at = 0; at < names.length; at += atOnce) {
    const batch = names.slice(at, at + atOnce)
    const ofBatch: Filter | null = dimension === null ? null : ['is', dimension, batch.map((name) => now.get(name)?.key ?? null)]
    const filter: Filter | null = ofBatch === null ? rule.filter : rule.filter === null ? ofBatch : ['and', [rule.filter, ofBatch]]
    const histories = toHistories(await ask(past, [...grouped, time], MAX_ROWS, filter), rule)
    for (const name of batch) {
      const measured = now.get(name)
      if (measured !== undefined) values.set(name, { ...measured, history: toHistory(histories.get(name) ?? [], { metric, windowMs, to: from }) })
    }
  }
  return { end, values }
}

interface PastWindow {
  readonly time: number
  readonly value: number | null
}

/** Windows in which there were requests, by value. */
function toHistories(rows: readonly QueryRow[], { metric, dimension }: Watched): Map<string, PastWindow[]> {
  const histories = new Map<string, PastWindow[]>()
  for (const row of rows) {
    if (Number(row.at(-1)) === 0) continue
    const name = dimension === null ? '' : String(row[0] ?? null)
    const value = row.at(-toMetrics(metric).length)
    const known = histories.get(name) ?? []
    known.push({ time: Number(row[dimension === null ? 0 : 1]), value: typeof value === 'number' ? value : null })
    histories.set(name, known)
  }
  return histories
}

/** Values of the windows since the first with a request. Of counts, one without requests since then is 0; before, there was nothing to count. */
function toHistory(windows: readonly PastWindow[], { metric, windowMs, to }: { readonly metric: Metric; readonly windowMs: number; readonly to: number }): readonly number[] {
  const values = windows.flatMap(({ value }) => value ?? [])
  if (!COUNTS.has(metric) || windows.length === 0) return values
  const since = windows.reduce((first, { time }) => Math.min(first, time), to)
  const silent = Math.max(0, Math.round((to - since) / windowMs) - windows.length)
  return [...values, ...Array.from({ length: silent }, () => 0)]
}

/** How many requests a value stands for is always asked for too, and comes last. */
function toMetrics(metric: Metric): readonly Metric[] {
  return metric === 'requests' ? [metric] : [metric, 'requests']
}

function toMeasured(metric: Metric, value: unknown): number | null {
  return typeof value === 'number' ? value : COUNTS.has(metric) ? 0 : null
}
