import { LATENCY_RELATIVE_ERROR, type QueryAnswer } from '@wayside/protocol'
import { Type } from '@fastify/type-provider-typebox'
import { Instant, Nullable, OneOf, schemaOf } from '../schemas.ts'

const Cell = Type.Unsafe<string | number | boolean | null>({ type: ['string', 'number', 'boolean', 'null'] })
const Row = Type.Array(Cell)
const NullableRow = Type.Union([Row, Type.Null()])

/** What a query answers, in JSON. */
export const AnswerSchema = schemaOf<QueryAnswer>()(
  Type.Object({
    columns: Type.Array(
      Type.Object({
        key: Type.Unsafe<QueryAnswer['columns'][number]['key']>({ type: 'string', description: 'The dimension or metric.' }),
        kind: OneOf(['dimension', 'metric'], 'Dimensions come first.'),
        type: OneOf(['text', 'integer', 'number', 'boolean', 'instant'], 'Instants are milliseconds since 1970.'),
        unit: Type.Unsafe<'ms' | 'bytes' | 'share' | null>({ type: ['string', 'null'], enum: ['ms', 'bytes', 'share', null] }),
      }),
    ),
    rows: Type.Array(Row, { description: 'Values in the order of the columns; null is unknown.' }),
    totals: NullableRow,
    comparison: Type.Union([
      Type.Object({
        from: Instant('Start of the other range.'),
        to: Instant('Its end, not included.'),
        rows: Type.Array(NullableRow, { description: 'For each row the metrics of its counterpart.' }),
        totals: NullableRow,
      }),
      Type.Null(),
    ]),
    nextCursor: Nullable(Type.String({ description: 'null on the last page.' })),
    meta: Type.Object({
      from: Instant('Start of the range.'),
      to: Instant('End of the range, not included.'),
      timeZone: Type.String(),
      source: OneOf(['rollup', 'raw', 'mixed'], 'Made from summaries, single events, or both.'),
      exact: Type.Boolean({ description: 'false where events are missing; warnings say which.' }),
      completeUntil: Instant('All events acknowledged before this are in this answer.'),
      latencyRelativeError: Type.Number({ description: `Percentiles are within this share of the true value: ${LATENCY_RELATIVE_ERROR}.` }),
      tookMs: Type.Number(),
      rowsRead: Type.Integer(),
      warnings: Type.Array(Type.String()),
    }),
  }),
)
