import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { createGunzip } from 'node:zlib'
import { SettingError } from '../config/settings.ts'
import { toOldRow, type OldRow } from './old-row.ts'

/** Rows of one day. */
export interface DayOfRows {
  /** Such as `2026-01-31`. */
  readonly day: string
  readonly rows: readonly OldRow[]
}

/** Rows that are in memory at a time, but for a day that has more. */
const MAX_ROWS = 250_000

/**
 * Reads what `pg_dump` has written as plain text, gzipped or not, day by day. The file is read once to see what it holds, and once for
 * each 250,000 rows.
 * @param apiKey - whose rows; `null` where the dump has those of one key
 */
export async function* readDump(path: string, apiKey: string | null): AsyncGenerator<DayOfRows> {
  const { agents, days, key } = await survey(path, apiKey)
  for (const group of toGroups(days)) {
    const rows = new Map<string, OldRow[]>(group.map((day) => [day, []]))
    for await (const { table, cells } of readCopies(path)) {
      if (table !== 'requests' || cells['api_key'] !== key) continue
      rows.get(toDay(cells))?.push(toOldRow({ ...cells, user_agent: agents.get(cells['user_agent_id'] ?? '') ?? '' }))
    }
    for (const [day, ofDay] of rows) yield { day, rows: ofDay }
  }
}

interface Survey {
  readonly agents: ReadonlyMap<string, string>
  /** How many rows each has. */
  readonly days: ReadonlyMap<string, number>
  readonly key: string
}

/** The user agents come after the requests that name them. */
async function survey(path: string, apiKey: string | null): Promise<Survey> {
  const agents = new Map<string, string>()
  const byKey = new Map<string, Map<string, number>>()
  for await (const { table, cells } of readCopies(path)) {
    if (table === 'user_agents') agents.set(cells['id'] ?? '', cells['user_agent'] ?? '')
    if (table !== 'requests') continue
    const days = byKey.get(cells['api_key'] ?? '') ?? new Map<string, number>()
    byKey.set(cells['api_key'] ?? '', days)
    days.set(toDay(cells), (days.get(toDay(cells)) ?? 0) + 1)
  }
  const keys = [...byKey.keys()]
  const key = apiKey ?? (keys.length === 1 ? keys[0] : undefined)
  const days = key === undefined ? undefined : byKey.get(key)
  if (key === undefined || days === undefined) {
    const known = keys.length === 0 ? 'it has no requests: it must be what pg_dump writes as plain text, with COPY' : `it has requests of ${keys.length} keys: ${keys.slice(0, 5).join(', ')}`
    throw new SettingError(`--api-key must be a key of which ${path} has requests; ${known}`)
  }
  return { agents, days: new Map([...days].toSorted(([a], [b]) => (a < b ? -1 : 1))), key }
}

function toGroups(days: ReadonlyMap<string, number>): readonly (readonly string[])[] {
  const groups: string[][] = []
  let rows = Number.POSITIVE_INFINITY
  for (const [day, count] of days) {
    if (rows + count > MAX_ROWS) {
      groups.push([])
      rows = 0
    }
    groups.at(-1)?.push(day)
    rows += count
  }
  return groups
}

/** As the server that wrote the dump has it; the rows of a day belong together, in whichever zone it begins. */
function toDay(cells: Readonly<Record<string, string | null>>): string {
  return (cells['created_at'] ?? '').slice(0, 10)
}

interface CopiedRow {
  readonly table: string
  readonly cells: Readonly<Record<string, string | null>>
}

/** The rows of all sections `COPY table (columns) FROM stdin;`. */
async function* readCopies(path: string): AsyncGenerator<CopiedRow> {
  const file = createReadStream(path)
  const lines = createInterface({ input: path.endsWith('.gz') ? file.pipe(createGunzip()) : file, crlfDelay: Number.POSITIVE_INFINITY })
  let section: { readonly table: string; readonly columns: readonly string[] } | null = null
  for await (const line of lines) {
    if (line.startsWith('PGDMP')) throw new SettingError(`${path} is a dump in a form of its own: make text of it with \`pg_restore --file=dump.sql ${path}\``)
    if (section === null) {
      const [, table, columns] = /^COPY (?:"?\w+"?\.)?"?(\w+)"? \((.+)\) FROM stdin;$/.exec(line) ?? []
      if (table !== undefined && columns !== undefined) section = { table, columns: columns.split(',').map((name) => name.trim().replaceAll('"', '')) }
    } else if (line === '\\.') section = null
    else {
      const cells = line.split('\t').map(unescape)
      yield { table: section.table, cells: Object.fromEntries(section.columns.map((name, at) => [name, cells[at] ?? null])) }
    }
  }
}

const ESCAPES: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' }

/** A cell as COPY writes it; `\N` is none. */
function unescape(cell: string): string | null {
  return cell === '\\N' ? null : cell.replace(/\\(.)/gs, (_, letter: string) => ESCAPES[letter] ?? letter)
}
