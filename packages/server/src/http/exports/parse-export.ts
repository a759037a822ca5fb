import { EXPORT_FORMATS, type ExportInput } from '@wayside/protocol'
import { QueryProblem } from '../../query/query-problem.ts'
import { quote } from '../problem.ts'
import { parseQuery } from '../query/parse-query.ts'

/** What a body asks for. Throws `QueryProblem` with what is wrong with it, where, and what is allowed. */
export function parseExport(body: unknown): ExportInput {
  assertMembers(body, ['format', 'requests', 'query'], '')
  const format = EXPORT_FORMATS.find((each) => each === body['format'])
  if (format === undefined) throw new QueryProblem('/format', `the format is one of ${EXPORT_FORMATS.join(', ')}; got ${quote(body['format'])}`)
  const { requests, query } = body
  if ((requests === undefined) === (query === undefined)) throw new QueryProblem('', 'give either "requests" or "query"')
  if (query !== undefined) return { format, query: within('/query', () => parseQuery(query)) }
  assertMembers(requests, ['range', 'timeZone', 'filter'], '/requests')
  const { range, timeZone, filter } = within('/requests', () => parseQuery({ ...requests, metrics: ['requests'] }))
  return { format, requests: { ...(range !== undefined && { range }), ...(timeZone !== undefined && { timeZone }), ...(filter !== undefined && { filter }) } }
}

function assertMembers(value: unknown, names: readonly string[], pointer: string): asserts value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new QueryProblem(pointer, `this is an object with ${names.join(', ')}`)
  const unknown = Object.keys(value).find((name) => !names.includes(name))
  if (unknown !== undefined) throw new QueryProblem(pointer, `there is no ${quote(unknown)}: it has ${names.join(', ')}`)
}

/** Says where in the body a mistake is. */
function within<Value>(pointer: string, parse: () => Value): Value {
  try {
    return parse()
  } catch (error) {
    if (error instanceof QueryProblem) throw new QueryProblem(`${pointer}${error.pointer}`, error.message, { cause: error })
    throw error
  }
}
