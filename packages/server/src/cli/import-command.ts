import { Command, Option } from 'commander'
import { SettingError } from '../config/settings.ts'

interface Flags {
  readonly from: string
  readonly apiKey?: string
  readonly since?: string
  readonly until?: string
  readonly url: string
  readonly key: string
}

const DAY_MS = 86_400_000
/** What is older, the server would take for the work of a wrong clock: its own bound less a day. */
const MAX_AGE_DAYS = 399

/** `wayside import`: brings requests from another system. */
export function importCommand(): Command {
  const command = new Command('import').description('Bring requests from another system to a server that runs.')
  command
    .command('api-analytics')
    .description('Bring requests from API Analytics: from a dump of its PostgreSQL database, or from its data API.')
    .requiredOption('--from <FILE|URL>', 'what pg_dump has written as plain text, also as .gz; or an address such as https://www.apianalytics-server.com/api')
    .option('--api-key <KEY>', 'the key there whose requests are brought; a dump of one key does not need it')
    .option('--since <DAY>', 'first day, such as 2026-01-31; the data API needs it')
    .option('--until <DAY>', 'last day, included; without it, of the data API yesterday, of a dump its last')
    .addOption(new Option('--url <URL>', 'address of this server, with its base path').env('WAYSIDE_URL').default('http://127.0.0.1:4270'))
    .addOption(new Option('--key <KEY>', 'a key here that may send; other users of this machine see flags, not variables').env('WAYSIDE_API_KEY').makeOptionMandatory())
    .addHelpText(
      'after',
      `
It may be run again, as after it was stopped: what is there from an earlier run is not counted twice, for 30 days. Requests of more than
${MAX_AGE_DAYS} days ago are left out. Where only a country was kept and no address, it becomes the tag "location".

Examples:
  pg_dump --table=requests --table=user_agents --file=dump.sql analytics
  WAYSIDE_API_KEY=way_ing_... wayside import api-analytics --from dump.sql
  wayside import api-analytics --from https://www.apianalytics-server.com/api --api-key UUID --since 2026-01-01`,
    )
    .action(async ({ from, apiKey, since, until, url, key }: Flags) => {
      const [first, last] = [toDay('--since', since), toDay('--until', until)]
      const { importDay } = await import('../import/import-day.ts')
      const { readDump } = await import('../import/read-dump.ts')
      const { readDataApi } = await import('../import/read-data-api.ts')
      const { requestPatiently, sendBatch } = await import('../import/send-batch.ts')
      const isUrl = /^https?:\/\//.test(from)
      if (isUrl && (apiKey === undefined || first === null)) throw new SettingError('--api-key and --since must be given with an address in --from')
      const days = isUrl
        ? readDataApi({ url: from, apiKey: apiKey ?? '', since: first ?? '', until: last ?? toText(Date.now() - DAY_MS), request: requestPatiently })
        : readDump(from, apiKey ?? null)
      const oldest = toText(Date.now() - MAX_AGE_DAYS * DAY_MS)
      const total = { accepted: 0, known: 0, refused: 0, old: 0 }
      for await (const { day, rows } of days) {
        if ((first !== null && day < first) || (last !== null && day > last)) continue
        if (day < oldest) {
          total.old += rows.length
          continue
        }
        const source = `api-analytics\n${isUrl ? 'data' : 'dump'}\n${apiKey ?? ''}`
        const { accepted, known, refused } = await importDay({ source, day, rows, send: (batch) => sendBatch({ url, key }, batch) })
        total.accepted += accepted
        total.known += known
        total.refused += refused
        process.stderr.write(`${day}: ${accepted} requests${known > 0 ? `, ${known} were there` : ''}${refused > 0 ? `, ${refused} could not be read` : ''}\n`)
      }
      process.stderr.write(`Brought ${total.accepted} requests; ${total.known} were there, ${total.refused} could not be read, ${total.old} are from before ${oldest}: what is older than ${MAX_AGE_DAYS} days, a server takes for the work of a wrong clock.\n`)
    })
  return command
}

function toText(time: number): string {
  return new Date(time).toISOString().slice(0, 10)
}

function toDay(flag: string, text: string | undefined): string | null {
  if (text === undefined) return null
  const time = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN
  if (Number.isNaN(time) || toText(time) !== text) throw new SettingError(`${flag} must be a day such as 2026-01-31, got ${JSON.stringify(text)}`)
  return text
}
