import type { FastifyRequest } from 'fastify'
import { OneOf } from '../schemas.ts'

/** What an answer can be written as. */
const FORMATS = ['json', 'csv', 'ndjson'] as const
export type Format = (typeof FORMATS)[number]

/** `format` in the address, before what the header Accept says. */
export const FormatParameter = OneOf(FORMATS, 'Before the header Accept; json where both are absent.')

const TYPES: readonly (readonly [type: string, format: Format])[] = [
  ['application/json', 'json'],
  ['text/csv', 'csv'],
  ['application/x-ndjson', 'ndjson'],
  ['*/*', 'json'],
  ['application/*', 'json'],
  ['text/*', 'csv'],
]

/** How to answer a request. */
export function formatOf(request: Pick<FastifyRequest, 'headers'>, asked: Format | undefined): Format {
  if (asked !== undefined) return asked
  const accepted = (request.headers.accept ?? '').split(',').flatMap((range) => {
    const [type = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase())
    const format = TYPES.find(([known]) => known === type)?.[1]
    const weight = parameters.find((parameter) => parameter.startsWith('q='))
    return format === undefined ? [] : [{ format, weight: weight === undefined ? 1 : Number(weight.slice(2)) }]
  })
  const [best] = accepted.filter(({ weight }) => weight > 0).toSorted((a, b) => b.weight - a.weight)
  return best?.format ?? 'json'
}
