import type { DayOfRows } from './read-dump.ts'
import { toOldRow, type OldRow } from './old-row.ts'

export interface DataApiOptions {
  /** Such as `https://www.apianalytics-server.com/api`. */
  readonly url: string
  readonly apiKey: string
  /** The first day, such as `2026-01-31`. */
  readonly since: string
  /** The last day, included. */
  readonly until: string
  readonly request: (url: string, init: RequestInit) => Promise<Response>
}

const PAGE_SIZE = 50_000
const DAY_MS = 86_400_000

/** Asks the data API of an API Analytics server for all requests, day by day. */
export async function* readDataApi({ url, apiKey, since, until, request }: DataApiOptions): AsyncGenerator<DayOfRows> {
  for (let at = Date.parse(`${since}T00:00:00Z`); at <= Date.parse(`${until}T00:00:00Z`); at += DAY_MS) {
    const day = new Date(at).toISOString().slice(0, 10)
    const rows: OldRow[] = []
    for (let page = 1; ; page++) {
      const answer = await request(`${url.replace(/\/+$/, '')}/data?date=${day}&page=${page}`, { headers: { 'x-auth-token': apiKey } })
      if (!answer.ok) throw new Error(`${new URL(url).host} answered ${answer.status} to page ${page} of ${day}: ${(await answer.text()).slice(0, 200)}`)
      const found: unknown = await answer.json()
      if (!Array.isArray(found)) throw new Error(`${new URL(url).host} answered page ${page} of ${day} with something that is no list of rows`)
      // One that does not know the parameter answers with other days too.
      for (const row of found) if (typeof row === 'object' && row !== null && String(Reflect.get(row, 'created_at')).startsWith(day)) rows.push(toOldRow({ ...row }))
      if (found.length < PAGE_SIZE) break
    }
    if (rows.length > 0) yield { day, rows }
  }
}
