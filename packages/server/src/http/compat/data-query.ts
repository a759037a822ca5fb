import { normalizeIp } from '@wayside/protocol'
import type { NamedFilters } from '../list-filters.ts'
import { ProblemError, quote } from '../problem.ts'

/** What an API Analytics client asks of `/api/data`. */
export interface DataQuery {
  readonly filters: NamedFilters
  /** From 1. */
  readonly page: number
  /** Rows as lists, under one row of names. */
  readonly compact: boolean
}

const DAY_MS = 86_400_000
const MAX_PAGE = 1_000_000
const MAX_TEXT_LENGTH = 1_024

/** Every parameter with all the spellings that the documents and clients of that system use. */
const SPELLINGS = {
  page: ['page'],
  compact: ['compact'],
  date: ['date'],
  dateFrom: ['dateFrom'],
  dateTo: ['dateTo'],
  hostname: ['hostname'],
  ip: ['ipAddress', 'ip'],
  status: ['status'],
  location: ['location'],
  userId: ['user_id', 'userId', 'userID'],
} as const
type Parameter = keyof typeof SPELLINGS

/** Checks the parameters. A wrong one is refused rather than left out, which would answer with rows nobody asked for. */
export function parseDataQuery(query: Readonly<Record<string, unknown>>): DataQuery {
  const known = Object.values(SPELLINGS).flat<readonly (readonly string[])[]>()
  const stranger = Object.keys(query).find((name) => !known.includes(name))
  if (stranger !== undefined)
    throw new ProblemError(400, `There is no parameter ${quote(stranger)}. There are: ${known.join(', ')}.`)

  const text = (parameter: Parameter): string | undefined => readOnce(query, SPELLINGS[parameter])
  const date = readDay('date', text('date'))
  const dateFrom = readDay('dateFrom', text('dateFrom'))
  const dateTo = readDay('dateTo', text('dateTo'))
  const from = date ?? dateFrom
  // Both days are included, whole.
  const lastDay = date ?? dateTo
  const filters: NamedFilters = {
    ...(from !== undefined && { from }),
    ...(lastDay !== undefined && { to: lastDay + DAY_MS }),
    ...optional('host', text('hostname')),
    ...optional('ip', readIp(text('ip'))),
    ...optional('status', readStatus(text('status'))),
    ...optional('country', readCountry(text('location'))),
    ...optional('userId', text('userId')),
  }
  return { filters, page: readPage(text('page')), compact: readSwitch(text('compact')) }
}

function optional<Name extends string, Value>(
  name: Name,
  value: Value | undefined,
): { readonly [Key in Name]?: Value } {
  // The computed name widens to string; Name is the one literal that was given.
  return (value === undefined ? {} : { [name]: value }) as { readonly [Key in Name]?: Value }
}

/** The value of a parameter under whichever spelling it was sent. */
function readOnce(query: Readonly<Record<string, unknown>>, spellings: readonly string[]): string | undefined {
  const values = spellings.flatMap((name) => query[name] ?? [])
  if (values.length === 0) return undefined
  const [first] = values
  if (typeof first !== 'string' || values.some((value) => value !== first))
    throw new ProblemError(400, `The parameter ${quote(spellings[0])} was sent with two values. Send it once.`)
  if (first.length > MAX_TEXT_LENGTH)
    throw refuse(spellings[0] ?? '', `must have at most ${MAX_TEXT_LENGTH} characters`, first)
  return first
}

function readDay(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const day = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN
  if (!(day >= 0) || new Date(day).toISOString().slice(0, 10) !== text)
    throw refuse(name, 'must be a day such as 2026-01-31', text)
  return day
}

function readPage(text: string | undefined): number {
  const page = text === undefined ? 1 : /^\d{1,7}$/.test(text) ? Number(text) : 0
  if (page < 1 || page > MAX_PAGE) throw refuse('page', `must be a whole number from 1 to ${MAX_PAGE}`, text)
  return page
}

function readStatus(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  if (!/^[1-5]\d\d$/.test(text)) throw refuse('status', 'must be a whole number from 100 to 599', text)
  return Number(text)
}

function readIp(text: string | undefined): string | undefined {
  if (text === undefined) return undefined
  const ip = normalizeIp(text)
  if (ip === null) throw refuse('ipAddress', 'must be an IP address', text)
  return ip
}

function readCountry(text: string | undefined): string | undefined {
  if (text === undefined) return undefined
  if (!/^[A-Za-z]{2}$/.test(text)) throw refuse('location', 'must be a country code of two letters, such as GB', text)
  return text.toUpperCase()
}

function readSwitch(text: string | undefined): boolean {
  if (text === undefined || text === 'false') return false
  if (text !== 'true') throw refuse('compact', 'must be true or false', text)
  return true
}

function refuse(name: string, rule: string, seen: unknown): ProblemError {
  return new ProblemError(400, `The parameter "${name}" ${rule}; got ${quote(seen)}.`)
}
