import { setTimeout } from 'node:timers/promises'
import type { Client } from '@wayside/client'
import { Command } from 'commander'
import { readRemote } from '../config/config.ts'
import type { RemoteFlags } from '../config/remote.ts'
import { SettingError } from '../config/settings.ts'
import { print } from './print.ts'
import { askServer, explain } from './remote/connect.ts'
import { addScopeOptions, toFilter, type ScopeFlags } from './remote/question-options.ts'
import { addRemoteOptions } from './remote/remote-options.ts'
import { toTable } from './table/answer-table.ts'
import { readTop, type TopView } from './top/read-top.ts'
import { openTerminal } from './top/terminal.ts'
import { watchTop } from './top/watch-top.ts'

interface Flags extends ScopeFlags, RemoteFlags {
  readonly by: string
  readonly sort: string
  readonly every: string
  readonly limit: string
  readonly json?: boolean
}

const MAX_LIMIT = 500
const TREND_WIDTH = 60

/** `wayside top`: what a server's requests are now, drawn again and again. */
export function topCommand(): Command {
  const command = new Command('top')
    .description('What a server sees now, drawn again every two seconds. Without a terminal it prints once.')
    .option('--by <DIMENSION>', 'what the rows are: endpoint, consumer or any dimension', 'endpoint')
    .option('--sort <METRIC>', 'what they are ordered by: requests, errors, errorRate, p95 or any metric', 'requests')
    .option('--every <SECONDS>', 'time between two questions', '2')
    .option('--limit <ROWS>', `rows that are printed without a terminal, up to ${MAX_LIMIT}`, '20')
    .option('--json', 'prints once, as the query API answers')
  return addRemoteOptions(addScopeOptions(command, '1h'))
    .addHelpText(
      'after',
      `
Keys: e endpoints, c consumers, r by requests, x by errors, p by p95, q quit.

Examples:
  wayside top
  wayside top --by consumer --sort errors --range 24h
  wayside top --where environment=production --where 'status>=400'
  watch -n 60 wayside top --limit 5`,
    )
    .action(async (flags: Flags) => {
      const view: TopView = { by: flags.by, sort: flags.sort, range: flags.range ?? '1h', filter: toFilter(flags), limit: parseLimit(flags.limit) }
      const everyMs = parseEvery(flags.every)
      const { url } = readRemote(flags)
      const isLive = process.stdout.isTTY && process.stdin.isTTY && flags.json !== true
      await askServer(flags, (client) => (isLive ? watch(client, view, everyMs, url) : printOnce(client, view, flags.json === true)))
    })
}

async function printOnce(client: Client, view: TopView, json: boolean): Promise<void> {
  const { answer, trends } = await readTop(client, view)
  await print(json ? `${JSON.stringify(answer, null, 2)}\n` : toTable({ ...answer, nextCursor: null }, { trends, trendWidth: TREND_WIDTH }))
}

async function watch(client: Client, view: TopView, everyMs: number, url: string): Promise<void> {
  const terminal = openTerminal(process.stdin, process.stdout)
  try {
    await watchTop({
      terminal,
      view,
      everyMs,
      read: (now, signal) => readTop(client, now, signal).catch((error: unknown) => Promise.reject(explain(error, url))),
      pause: (ms, signal) => setTimeout(ms, undefined, { signal }),
    })
  } finally {
    terminal.close()
  }
}

function parseEvery(text: string): number {
  const seconds = Number(text)
  if (!(seconds >= 0.5 && seconds <= 3_600)) throw new SettingError(`--every must be a number of seconds from 0.5 to 3600, got ${JSON.stringify(text)}`)
  return seconds * 1_000
}

function parseLimit(text: string): number {
  const limit = Number(text)
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_LIMIT) throw new SettingError(`--limit must be a whole number from 1 to ${MAX_LIMIT}, got ${JSON.stringify(text)}`)
  return limit
}
