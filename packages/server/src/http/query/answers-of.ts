import type { TSchema } from '@fastify/type-provider-typebox'
import { AnswerSchema } from './answer-schema.ts'

/** The answer of a query in its three formats, for the description of a route. */
export function answersOf(status: number): Record<number, TSchema> {
  const text = { schema: { type: 'string' } }
  return {
    [status]: {
      description: 'The answer. With CSV and NDJSON the header x-wayside-next-cursor leads to the next page.',
      content: { 'application/json': { schema: AnswerSchema }, 'text/csv': text, 'application/x-ndjson': text },
    },
  }
}
