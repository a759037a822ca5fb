import { STATUS_CODES } from 'node:http'
import { Type, type TSchema } from '@fastify/type-provider-typebox'

/** A value or `null`. */
export const Nullable = <Schema extends TSchema>(schema: Schema) => Type.Union([schema, Type.Null()])

/** One of a closed set of words, as a type and as an `enum` for validation and documentation. */
export const OneOf = <Word extends string>(words: readonly Word[], description: string) =>
  Type.Unsafe<Word>({ type: 'string', enum: words, description })

/** Milliseconds since 1970. */
export const Instant = (description: string) => Type.Integer({ minimum: 0, maximum: 8_640_000_000_000_000, description: `${description} Milliseconds since 1970.` })

/** An error answer as RFC 9457 defines it. */
const ProblemDocument = Type.Object({ type: Type.String(), title: Type.String(), status: Type.Integer(), detail: Type.String({ description: 'What to do.' }) })

/** Answers of these statuses, for the description of a route. */
export function problemsOf(...statuses: readonly number[]): Record<number, TSchema> {
  return Object.fromEntries(
    statuses.map((status) => [status, { description: STATUS_CODES[status], content: { 'application/problem+json': { schema: ProblemDocument } } }]),
  )
}
