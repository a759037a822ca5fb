import type { Client, Query, QueryAnswer } from '@wayside/client'
import { Command, Option } from 'commander'
import type { RemoteFlags } from '../config/remote.ts'
import { SettingError } from '../config/settings.ts'
import { toCsv } from '../http/query/to-csv.ts'
import { print } from './print.ts'
import { askServer } from './remote/connect.ts'
import { addQuestionOptions, toQuery, type QuestionFlags } from './remote/question-options.ts'
import { MAX_TRENDS, readTrends } from './remote/read-trends.ts'
import { addRemoteOptions } from './remote/remote-options.ts'
import { toTable } from './table/answer-table.ts'

interface Flags extends QuestionFlags, RemoteFlags {
  readonly trend?: boolean
  readonly all?: boolean
  readonly json?: boolean
  readonly csv?: boolean
}

/** `wayside query`: asks a server anything of its requests. */
export function queryCommand(): Command {
  const command = addQuestionOptions(
    new Command('query').description('Ask a server anything of its requests, as a table, JSON or CSV.').argument('[METRICS...]', 'what is counted (default: requests errorRate p95)'),
  )
    .addOption(new Option('--trend', 'adds to each row how its first metric went over the range').conflicts(['json', 'csv']))
    .option('--all', 'all pages, not the first alone')
    .addOption(new Option('--json', 'prints the answer of the query API').conflicts('csv'))
    .option('--csv', 'prints CSV of RFC 4180')
  return addRemoteOptions(command)
    .addHelpText(
      'after',
      `
Conditions: method=GET, method!=GET, route^=/v1 (begins with), path*=login (contains), path~^/a (matches), status>=500.
Metrics, dimensions and filters are those of the query API: /docs on the server lists them.

Examples:
  export WAYSIDE_READ_KEY=$(wayside keys create --kind read --project shop)
  wayside query requests p95 --by endpoint --range 7d --compare
  wayside query requests --by consumer --where 'status>=500' --trend
  wayside query requests errors --by time:hour --range today
  wayside query p99 --by endpoint --having '["gte","requests",100]' --order p99 --limit 5
  wayside query requests --by country --json | jq '.rows'`,
    )
    .action(async (metrics: readonly string[], flags: Flags) => {
      await print(await askServer(flags, (client) => answerOf(client, toQuery(metrics, flags), flags)))
    })
}

async function answerOf(client: Client, query: Query, { trend, all, json, csv }: Flags): Promise<string> {
  if (trend === true) checkTrend(query)
  const answer = all === true ? await readAll(client, query) : await client.query(query)
  if (json === true) return `${JSON.stringify(answer, null, 2)}\n`
  if (csv === true) return [...toCsv(answer)].join('')
  return toTable(answer, trend === true ? { trends: await readTrends(client, query, answer) } : {})
}

function checkTrend({ dimensions = [], limit = 100 }: Query): void {
  if (dimensions.some((dimension) => dimension.startsWith('time:'))) throw new SettingError('--trend must be left out beside a time in --by: the rows are intervals already')
  if (limit > MAX_TRENDS) throw new SettingError(`--trend must be used with --limit ${MAX_TRENDS} or less, got ${limit}`)
}

/** All pages as one answer. */
async function readAll(client: Client, query: Query): Promise<QueryAnswer> {
  const pages: QueryAnswer[] = []
  for await (const page of client.pages(query)) pages.push(page)
  const [first] = pages
  if (first === undefined) throw new Error('the server sent no page')
  const compared = pages.flatMap(({ comparison }) => comparison?.rows ?? [])
  return {
    ...first,
    rows: pages.flatMap(({ rows }) => rows),
    comparison: first.comparison === null ? null : { ...first.comparison, rows: compared },
    nextCursor: null,
    meta: { ...first.meta, rowsRead: pages.reduce((sum, { meta }) => sum + meta.rowsRead, 0), tookMs: pages.reduce((sum, { meta }) => sum + meta.tookMs, 0) },
  }
}
