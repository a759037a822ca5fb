import { STATUS_CODES } from 'node:http'
import {
  Type,
  type Static,
  type TInteger,
  type TNumber,
  type TSchema,
  type TString,
} from '@fastify/type-provider-typebox'

/** A value or `null`, in the one-word form that serializes fastest. */
export const Nullable = <Schema extends TString | TInteger | TNumber>(schema: Schema) =>
  Type.Unsafe<Static<Schema> | null>({ ...schema, type: [schema.type, 'null'] })

/** The schema of a type that exists already. A schema that lacks one of its members, or has it otherwise, does not compile. */
export const schemaOf =
  <Value>() =>
  <Schema extends TSchema>(schema: Schema & (Static<Schema> extends Value ? unknown : never)) =>
    Type.Unsafe<Value>(schema)

/** One of a closed set of words, as a type and as an `enum` for validation and documentation. */
export const OneOf = <Word extends string>(words: readonly Word[], description: string) =>
  Type.Unsafe<Word>({ type: 'string', enum: words, description })

/** Milliseconds since 1970. */
export const Instant = (description: string) =>
  Type.Integer({ minimum: 0, maximum: 8_640_000_000_000_000, description: `${description} Milliseconds since 1970.` })

/** An error answer as RFC 9457 defines it. */
export const ProblemDocument = Type.Object(
  {
    type: Type.String(),
    title: Type.String(),
    status: Type.Integer(),
    detail: Type.String({ description: 'What to do.' }),
    rule: Type.Optional(Type.String({ description: 'The rule that a refused delivery of events broke.' })),
    pointer: Type.Optional(Type.String({ description: 'Where in a refused query the mistake is: a JSON pointer.' })),
  },
  { additionalProperties: true },
)

/** Answers of these statuses, for the description of a route. */
export function problemsOf(...statuses: readonly number[]): Record<number, TSchema> {
  return Object.fromEntries(
    statuses.map((status) => [
      status,
      { description: STATUS_CODES[status], content: { 'application/problem+json': { schema: ProblemDocument } } },
    ]),
  )
}
