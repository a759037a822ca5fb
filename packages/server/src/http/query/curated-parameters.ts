import { QUERY_LIMITS, RANGE_WORDS, type CustomRange, type Filter, type Metric, type Query, type RangeWord } from '@wayside/protocol'
import { Type, type Static } from '@fastify/type-provider-typebox'
import { OneOf } from '../schemas.ts'
import { FormatParameter } from './format.ts'
import { parseJson, parseQuery } from './parse-query.ts'

/** A filter in an address. */
export const FilterParameter = Type.Optional(Type.String({ maxLength: 12_288, description: 'A filter as JSON, such as ["is","method",["GET"]].' }))

const Edge = (description: string) => Type.Optional(Type.String({ maxLength: 64, description }))

/** What every question by address takes. */
export const AboutRequests = {
  range: Type.Optional(OneOf(RANGE_WORDS, 'It ends now; 24h where absent.')),
  from: Edge('A range of your own, in place of `range`: a date, a time, or milliseconds since 1970.'),
  to: Edge('Its end: a date is meant whole.'),
  timeZone: Edge('IANA name; that of the project where absent.'),
  filter: FilterParameter,
}

/** What those take that answer with one table. */
export const AboutTable = {
  ...AboutRequests,
  compare: Type.Optional(OneOf(['previous'], 'Puts each row beside the same one of the range before.')),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: QUERY_LIMITS.rows, description: 'Rows of a page; 100 where absent.' })),
  cursor: Type.Optional(Type.String({ description: '`nextCursor` of the page before.' })),
  format: Type.Optional(FormatParameter),
}

const Requests = Type.Object(AboutRequests)
const Table = Type.Object(AboutTable)
export type TableParameters = Static<typeof Requests> & Partial<Static<typeof Table>>

/** What an address asks for by itself. A dimension may be what somebody wrote. */
export interface Asked {
  readonly metrics: readonly Metric[]
  readonly dimensions?: readonly string[]
  readonly filter?: Filter | readonly ['contains', string, readonly string[]]
  readonly compare?: 'previous'
  readonly limit?: number
}

/** The query that an address means: what it asks for, with the parameters over it, and both filters. Throws `QueryProblem`. */
export function toQuery(parameters: TableParameters, asked: Asked): Query {
  const { timeZone, filter, compare, limit, cursor } = parameters
  const given = filter === undefined ? null : parseJson(filter, '/filter')
  return parseQuery({
    ...asked,
    range: rangeOf(parameters),
    ...(timeZone !== undefined && { timeZone }),
    ...(given !== null && { filter: asked.filter === undefined ? given : ['and', [given, asked.filter]] }),
    ...(compare !== undefined && { compare }),
    ...(limit !== undefined && { limit }),
    ...(cursor !== undefined && { cursor }),
  })
}

/** The range that parameters mean. One edge alone is left to be refused, with what is missing. */
function rangeOf({ range, from, to }: Static<typeof Requests>): RangeWord | Partial<CustomRange> {
  if (from === undefined && to === undefined) return range ?? '24h'
  return { ...(from !== undefined && { from: toEdge(from) }), ...(to !== undefined && { to: toEdge(to) }) }
}

function toEdge(text: string): number | string {
  return /^\d{1,16}$/.test(text) ? Number(text) : text
}
