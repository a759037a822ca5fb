import { Command, Option } from 'commander'
import { EXPORT_FORMATS, type ExportFormat, type ExportInput } from '@wayside/protocol'
import type { RemoteFlags } from '../config/remote.ts'
import { SettingError } from '../config/settings.ts'
import { fetchExport } from './export/fetch-export.ts'
import { askServer } from './remote/connect.ts'
import { addQuestionOptions, addScopeOptions, toQuery, type QuestionFlags } from './remote/question-options.ts'
import { addRemoteOptions } from './remote/remote-options.ts'

interface Flags extends QuestionFlags, RemoteFlags {
  readonly format: string
  readonly output?: string
}

/** `wayside export`: has a server make a file, and fetches it. */
export function exportCommand(): Command {
  return new Command('export')
    .description('Have a server make a file of requests or of an answer, and fetch it.')
    .addCommand(requestsCommand())
    .addCommand(queryCommand())
    .addHelpText(
      'after',
      `
Examples:
  export WAYSIDE_READ_KEY=$(wayside keys create --kind read --project shop)
  wayside export requests --range 30d --format parquet
  wayside export requests --where 'status>=500' --format ndjson --output - | jq -r .path
  wayside export query requests p95 --by endpoint,time:day --range 12mo --format csv`,
    )
}

function requestsCommand(): Command {
  const command = addScopeOptions(new Command('requests').description('Single requests, as many as there are.'), '24h')
    .option('--from <TIME>', 'a range of your own in place of --range: a date or a time')
    .option('--to <TIME>', 'its end; a date is meant whole')
    .option('--time-zone <ZONE>', 'IANA name (default: that of the project)')
  return withFile(command).action(async (flags: Flags) => {
    const { metrics: _metrics, ...requests } = toQuery([], flags)
    await run({ format: toFormat(flags.format), requests }, flags)
  })
}

function queryCommand(): Command {
  const command = addQuestionOptions(new Command('query').description('All rows of an answer; --limit says how many.').argument('[METRICS...]', 'what is counted (default: requests errorRate p95)'))
  return withFile(command).action(async (metrics: readonly string[], flags: Flags) => run({ format: toFormat(flags.format), query: toQuery(metrics, flags) }, flags))
}

function withFile(command: Command): Command {
  return addRemoteOptions(
    command
      .addOption(new Option('--format <FORMAT>', `${EXPORT_FORMATS.join(', ')}; zip holds one CSV file`).default('csv'))
      .option('--output <FILE>', 'where it goes, - for stdout (default: the name that the server gives it)'),
  )
}

function toFormat(text: string): ExportFormat {
  const format = EXPORT_FORMATS.find((each) => each === text)
  if (format === undefined) throw new SettingError(`--format must be one of ${EXPORT_FORMATS.join(', ')}, got ${JSON.stringify(text)}`)
  return format
}

async function run(input: ExportInput, flags: Flags): Promise<void> {
  const interrupted = new AbortController()
  const interrupt = () => interrupted.abort(new Error('stopped; the server makes the file no more'))
  process.once('SIGINT', interrupt)
  try {
    await askServer(flags, (client) => fetchExport(client, input, { output: flags.output ?? null, signal: interrupted.signal }))
  } finally {
    process.removeListener('SIGINT', interrupt)
  }
}
