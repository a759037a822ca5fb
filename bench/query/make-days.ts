import { createWriteStream } from 'node:fs'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import process from 'node:process'
import { finished } from 'node:stream/promises'
import type { ConsumerKind } from '../../packages/protocol/src/index.ts'
import { createEnricher } from '../../packages/server/src/enrich/create-enricher.ts'
import { toNewEvent, type Admission } from '../../packages/server/src/receive/to-new-event.ts'
import { addDayFile } from '../../packages/server/src/store/duckdb/day-files.ts'
import { DEFAULT_CELL_RULES } from '../../packages/server/src/store/open-store.ts'
import { openDaysFolder } from '../../packages/server/src/store/duckdb/days-folder.ts'
import { EVENT_COLUMN_TYPES } from '../../packages/server/src/store/duckdb/event-table.ts'
import { addFirstSeen } from '../../packages/server/src/store/duckdb/first-seen.ts'
import { openSession } from '../../packages/server/src/store/duckdb/session.ts'
import { events } from '../fixture.ts'

export const DAYS = 30
const DAY_MS = 86_400_000
/** The first day, UTC. */
export const FIRST_DAY_AT = Date.UTC(2026, 0, 1)

/** Events of the fixture that are drawn from again and again, each time with a time and a duration of its own. */
const POOL = 300_000
/** Countries for the fixture's addresses, which are of no country: most frequent first. */
const COUNTRIES = ['US', 'DE', 'IN', 'GB', 'FR', 'BR', 'JP', 'NL', 'SE', 'PL', 'ES', 'CA'] as const
/** Threads and memory while the data is made, not while it is asked. */
const MAKING = { memoryLimitBytes: 3 * 1024 ** 3, threads: 2 }
const NO_QUESTIONS = { maxRunning: 1, maxWaiting: 1, timeoutMs: 60_000 }

/**
 * Fills a data folder with files of 30 days, as the server's own code writes and registers them. Events are drawn in the
 * engine from a pool of the fixture's: made one by one, as many would take hours.
 */
export async function makeDays(dataDir: string, eventCount: number): Promise<{ readonly cpuSecondsOfCells: number }> {
  await mkdir(join(dataDir, 'journal'), { recursive: true })
  const pool = join(dataDir, 'journal', 'pool.ndjson')
  await writePool(pool)
  const folder = await openDaysFolder(join(dataDir, 'days'), () => undefined)
  const session = await openSession({ dataDir, ...MAKING, cellRules: DEFAULT_CELL_RULES }, folder, NO_QUESTIONS)
  const { writer, changeDayFiles, sumUp } = session
  const columns = [...EVENT_COLUMN_TYPES]
  const types = columns.map(([name, type]) => `"${name}": '${type}'`).join(', ')
  await writer.run(`CREATE TEMP TABLE pool AS SELECT row_number() OVER () - 1 AS place, * FROM read_json('${pool}', format = 'newline_delimited', columns = {${types}})`)
  await rm(pool)

  const perDay = Math.floor(eventCount / DAYS)
  let cpuSecondsOfCells = 0
  for (let day = 0; day < DAYS; day++) {
    const file = await folder.write(writer, FIRST_DAY_AT / DAY_MS + day, toDaySql(day, perDay, columns.map(([name]) => name)))
    const before = process.cpuUsage()
    await sumUp(file)
    const { user, system } = process.cpuUsage(before)
    cpuSecondsOfCells += (user + system) / 1e6
    await changeDayFiles(async () => {
      await addDayFile(writer, file)
      await addFirstSeen(writer, file.name, folder.toSource([file]))
    })
  }
  // Without a segment that it came from, the store would not trust what is in its folder.
  await writer.run(`UPDATE journal_mark SET segment = 1, event_id = ${DAYS * perDay}`)
  await writer.run('CHECKPOINT')
  await session.close()
  return { cpuSecondsOfCells }
}

/** Drawn by a hash, so that the same day has the same events each time it is asked for; in the order in which they arrive. */
function toDaySql(day: number, perDay: number, names: readonly string[]): string {
  const drawn: Readonly<Record<string, string>> = {
    id: `(${day * perDay} + each)::BIGINT`,
    time: 'happened',
    receivedAt: 'happened',
    durationUs: 'took',
    latencyBucket: 'greatest(ceil(ln(took) / ln(1.04)), 0)::BIGINT',
  }
  const columns = names.map((name) => `${drawn[name] ?? `pool."${name}"`} AS "${name}"`)
  return `
    SELECT ${columns.join(', ')} FROM (
      SELECT each, ${FIRST_DAY_AT + day * DAY_MS}::BIGINT + each * ${DAY_MS} // ${perDay} AS happened, (hash(each, ${day}) % ${POOL})::BIGINT AS place
      FROM (SELECT unnest(range(${perDay})) AS each)
    ) drawn JOIN (SELECT *, greatest("durationUs", 1)::BIGINT AS took FROM pool) pool USING (place)
    ORDER BY each`
}

async function writePool(path: string): Promise<void> {
  const enricher = createEnricher()
  const asItIs = <Value>(value: Value) => value
  const admission: Admission = { enricher, method: asItIs, route: asItIs, client: asItIs, consumer: asItIs }
  const out = createWriteStream(path)
  const source = events()
  for (let at = 0; at < POOL; at++) {
    const next = source.next()
    if (next.done === true) break
    const delivery = {
      project: { id: 1, privacyFloor: 0 as const },
      head: { privacyLevel: 0 as const, sdk: '@wayside/express/1.0.0', framework: 'express', environment: 'production', service: 'shop', serviceVersion: '1.4.0', instance: `pod-${at % 8}` },
      producer: null,
      events: [],
      stacks: [],
      sentAt: next.value.time,
      receivedAt: next.value.time,
    }
    const event = toNewEvent(next.value, delivery, admission)
    out.write(`${JSON.stringify({ id: at, ...event, country: toCountry(event) })}\n`)
  }
  out.end()
  await finished(out)
}

/** The same country for the same consumer. */
function toCountry({ consumer }: { readonly consumerKind: ConsumerKind; readonly consumer: string | null }): string | undefined {
  const sum = [...(consumer ?? '')].reduce((total, char) => total + char.charCodeAt(0), 0)
  return COUNTRIES[Math.floor(COUNTRIES.length * ((sum % 97) / 97) ** 2)]
}
