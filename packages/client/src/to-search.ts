import type { CustomRange, Filter, RangeWord } from '@wayside/protocol'

/** Which requests a curated question is about. */
export interface AboutRequests {
  /** A word, which ends now, or edges of your own. @default '24h' */
  readonly range?: RangeWord | CustomRange
  /** IANA name. @default that of the project */
  readonly timeZone?: string
  readonly filter?: Filter
}

type Parameter = string | number | undefined

/** The parameters of an address, with `?` where there are any. */
export function toSearch(parameters: Readonly<Record<string, Parameter | Filter | CustomRange>>): string {
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(parameters)) {
    if (value === undefined) continue
    if (name === 'range' && typeof value === 'object' && 'from' in value) {
      search.set('from', String(value.from))
      search.set('to', String(value.to))
    } else search.set(name, typeof value === 'object' ? JSON.stringify(value) : String(value))
  }
  const text = search.toString()
  return text === '' ? '' : `?${text}`
}
