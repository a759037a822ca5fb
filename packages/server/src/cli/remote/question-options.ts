import type { Filter, Having, Query } from '@wayside/protocol'
import { Option, type Command } from 'commander'
import { SettingError } from '../../config/settings.ts'
import { parseCondition } from './parse-condition.ts'

/** What a question may be told of which requests it is about. */
export interface ScopeFlags {
  readonly range?: string
  readonly where?: readonly string[]
  readonly filter?: string
}

/** What a question may be told beside. */
export interface QuestionFlags extends ScopeFlags {
  readonly by?: readonly string[]
  readonly from?: string
  readonly to?: string
  readonly timeZone?: string
  readonly having?: string
  readonly order?: readonly string[]
  readonly limit?: string
  readonly compare?: boolean
  readonly totals?: boolean
  readonly apdexMs?: string
}

/** Gives a command the options of which requests are meant. */
export function addScopeOptions(command: Command, defaultRange: string): Command {
  return command
    .option('--range <RANGE>', `1h, 6h, 24h, 7d, 30d, 90d, 12mo, today, yesterday, thisWeek or thisMonth (default: ${defaultRange})`)
    .addOption(new Option('--where <CONDITION>', 'such as status>=500, route^=/users or tag:plan=gold; all must hold').argParser(gather))
    .option('--filter <JSON>', 'any filter of the query API, such as \'["not",["is","bot",[true]]]\'')
}

export function addQuestionOptions(command: Command): Command {
  return addScopeOptions(command.addOption(new Option('--by <DIMENSIONS>', 'such as endpoint, time:hour or tag:plan, with commas between').argParser(gatherWords)), '24h')
    .option('--from <TIME>', 'a range of your own in place of --range: a date or a time')
    .option('--to <TIME>', 'its end; a date is meant whole')
    .option('--time-zone <ZONE>', 'IANA name (default: that of the project)')
    .option('--having <JSON>', 'which groups are shown, such as \'["gte","requests",100]\'')
    .addOption(new Option('--order <KEYS>', 'metrics or dimensions, highest first; ascending with :asc behind').argParser(gatherWords))
    .option('--limit <ROWS>', 'rows of the answer (default: 100, for intervals all)')
    .option('--compare', 'beside the range of the same length before')
    .option('--totals', 'adds a row of all')
    .option('--apdex-ms <MS>', 'threshold of apdex (default: 500)')
}

/** The query that flags mean. What it may hold is the server's to say: it tells what was probably meant. */
export function toQuery(metrics: readonly string[], flags: QuestionFlags): Query {
  const { by, from, to, range, timeZone, having, order, limit, compare, totals, apdexMs } = flags
  if ((from === undefined) !== (to === undefined)) throw new SettingError('--from and --to must be given together')
  if (from !== undefined && range !== undefined) throw new SettingError('--range must be left out beside --from and --to')
  const filter = toFilter(flags)
  const query = {
    metrics: metrics.length === 0 ? DEFAULT_METRICS : metrics,
    ...(by !== undefined && { dimensions: by }),
    ...(range !== undefined && { range }),
    ...(from !== undefined && { range: { from, to } }),
    ...(timeZone !== undefined && { timeZone }),
    ...(filter !== null && { filter }),
    ...(having !== undefined && { having: parseJson<Having>('--having', having) }),
    ...(order !== undefined && { orderBy: order.map(toOrder) }),
    ...(limit !== undefined && { limit: toNumber('--limit', limit) }),
    ...(compare === true && { compare: 'previous' as const }),
    ...(totals === true && { totals }),
    ...(apdexMs !== undefined && { apdexMs: toNumber('--apdex-ms', apdexMs) }),
  }
  // Boundary: words are held against the server's schema, which is newer than this command at times.
  return query as Query
}

const DEFAULT_METRICS = ['requests', 'errorRate', 'p95']

/** All of `--where` and `--filter`; `null` without any. */
export function toFilter({ where = [], filter }: ScopeFlags): Filter | null {
  const parts = [...where.map(parseCondition), ...(filter === undefined ? [] : [parseJson<Filter>('--filter', filter)])]
  const [first, ...others] = parts
  if (first === undefined) return null
  return others.length === 0 ? first : ['and', parts]
}

function parseJson<Value>(flag: string, text: string): Value {
  try {
    // Boundary: the server holds it against its schema.
    return JSON.parse(text) as Value
  } catch (cause) {
    throw new SettingError(`${flag} must be JSON, got ${JSON.stringify(text)}; in a shell put it in single quotes`, { cause })
  }
}

function toOrder(key: string): readonly [string, 'asc' | 'desc'] {
  const [, name = key, direction] = /^(.*):(asc|desc)$/.exec(key) ?? []
  return [name, direction === 'asc' ? 'asc' : 'desc']
}

function toNumber(flag: string, text: string): number {
  const number = Number(text)
  if (text.trim() === '' || !Number.isFinite(number)) throw new SettingError(`${flag} must be a number, got ${JSON.stringify(text)}`)
  return number
}

function gather(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value]
}

function gatherWords(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, ...value.split(',').map((word) => word.trim()).filter((word) => word !== '')]
}
