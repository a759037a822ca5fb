import {
  COMPARISONS,
  DIMENSIONS,
  LIMITS,
  METRICS,
  QUANTITIES,
  QUERY_LIMITS,
  RANGE_WORDS,
  TEXT_OPERATORS,
  TIME_GRAINS,
  type Dimension,
  type DimensionValue,
  type Filter,
  type Having,
  type Query,
  type QueryDimension,
  type TagDimension,
} from '@wayside/protocol'
import { Type, type Static, type TSchema } from '@fastify/type-provider-typebox'
import { OneOf, schemaOf } from '../schemas.ts'
import { DIMENSION_MEANINGS, METRIC_MEANINGS } from './meanings.ts'

const TAG = { type: 'string', pattern: '^tag:.', maxLength: 'tag:'.length + LIMITS.tagNameLength }
const TIMES = TIME_GRAINS.map((grain) => `time:${grain}` as const)

/** What stands in a filter and in `dimensions`; a tag is named by its name. */
const FilterDimension = Type.Unsafe<Dimension | TagDimension>({ type: 'string', anyOf: [{ enum: DIMENSIONS }, TAG] })
const GroupDimension = Type.Unsafe<QueryDimension>({ type: 'string', anyOf: [{ enum: [...DIMENSIONS, ...TIMES] }, TAG], description: listed(DIMENSION_MEANINGS) })
const Value = Type.Unsafe<DimensionValue>({ type: ['string', 'number', 'boolean', 'null'] })
const Values = Type.Array(Value, { minItems: 1, maxItems: QUERY_LIMITS.filterValues })

/** Filters and conditions hold themselves, so they are named and described once. */
export const NestedFilter = Type.Unsafe<Filter>({ $ref: 'Filter#' })
const NestedHaving = Type.Unsafe<Having>({ $ref: 'Having#' })

/** What each form of a filter looks like, by the words that it begins with. */
export const FILTER_FORMS = [
  { words: ['and', 'or'], schema: listOf(OneOf(['and', 'or'], 'All of them, or at least one.'), Type.Array(NestedFilter, { minItems: 1 })) },
  { words: ['not'], schema: listOf(OneOf(['not'], 'The opposite.'), NestedFilter) },
  { words: TEXT_OPERATORS, schema: listOf(OneOf(TEXT_OPERATORS, 'At least one of the values, or with isNot none.'), FilterDimension, Values) },
  { words: COMPARISONS, schema: listOf(OneOf(COMPARISONS, 'Above, at least, below, at most.'), OneOf(QUANTITIES, 'A number of the request.'), Type.Number()) },
  { words: ['exists'], schema: listOf(OneOf(['exists'], 'Whether it is known.'), Type.Unsafe<Dimension>({ type: 'string', anyOf: [{ enum: [...DIMENSIONS, ...QUANTITIES] }, TAG] })) },
] as const

/** What each form of a condition on groups looks like. */
export const HAVING_FORMS = [
  { words: ['and', 'or'], schema: listOf(OneOf(['and', 'or'], 'All of them, or at least one.'), Type.Array(NestedHaving, { minItems: 1 })) },
  { words: ['not'], schema: listOf(OneOf(['not'], 'The opposite.'), NestedHaving) },
  { words: COMPARISONS, schema: listOf(OneOf(COMPARISONS, 'Above, at least, below, at most.'), OneOf(METRICS, 'A metric.'), Type.Number()) },
] as const

/** The two schemas that refer to themselves, under the names by which they do. */
export const NESTED_SCHEMAS = [
  { $id: 'Filter', description: 'Which requests count.', anyOf: FILTER_FORMS.map(({ schema }) => schema) },
  { $id: 'Having', description: 'Which groups are in the answer, by their metrics.', anyOf: HAVING_FORMS.map(({ schema }) => schema) },
] as const

const Edge = Type.Union([Type.Number(), Type.String({ maxLength: 64 })], {
  description: 'Milliseconds since 1970, a time such as 2026-01-31T09:00, or a date, which means the whole day.',
})
const CustomRange = Type.Object({ from: Edge, to: Edge }, { additionalProperties: false })

export const RangeSchema = Type.Union([OneOf(RANGE_WORDS, 'It ends now.'), CustomRange], { description: '24h where absent.' })

/** One question, for validation, `/openapi.json` and the reference page. */
export const QuerySchema = schemaOf<Query>()(
  Type.Object(
    {
      metrics: Type.Array(OneOf(METRICS, listed(METRIC_MEANINGS)), { minItems: 1, maxItems: QUERY_LIMITS.metrics, description: 'What is counted: the columns of the answer, in their order.' }),
      dimensions: Type.Optional(Type.Array(GroupDimension, { maxItems: QUERY_LIMITS.dimensions, description: 'By what requests are grouped; one group of all where absent.' })),
      range: Type.Optional(RangeSchema),
      timeZone: Type.Optional(Type.String({ maxLength: 64, description: 'IANA name; that of the project where absent.' })),
      filter: Type.Optional(NestedFilter),
      having: Type.Optional(NestedHaving),
      orderBy: Type.Optional(
        Type.Array(listOf(Type.Unsafe<QueryDimension | (typeof METRICS)[number]>({ type: 'string', anyOf: [{ enum: [...METRICS, ...DIMENSIONS, ...TIMES] }, TAG] }), OneOf(['asc', 'desc'], 'Direction.')), {
          maxItems: 8,
          description: 'By time, else by the first metric, descending, where absent.',
        }),
      ),
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: QUERY_LIMITS.rows, description: 'Rows of a page; 100 where absent, for time alone all intervals.' })),
      cursor: Type.Optional(Type.String({ maxLength: 180_000, description: '`nextCursor` of the page before.' })),
      compare: Type.Optional(Type.Union([OneOf(['previous'], 'The range of the same length before.'), CustomRange], { description: 'Puts each row beside the same one of another range.' })),
      totals: Type.Optional(Type.Boolean({ description: 'Adds the metrics of all groups together.' })),
      apdexMs: Type.Optional(Type.Number({ exclusiveMinimum: 0, description: 'Up to which duration an answer satisfies; 500 where absent.' })),
    },
    { additionalProperties: false },
  ),
)

/** A list with a fixed place for each of its items. */
function listOf<const Items extends readonly TSchema[]>(...items: Items) {
  return Type.Unsafe<{ -readonly [At in keyof Items]: Static<Items[At]> }>({ type: 'array', prefixItems: items, items: false, minItems: items.length })
}

function listed(meanings: Readonly<Record<string, string>>): string {
  return Object.entries(meanings).map(([word, meaning]) => `\`${word}\`: ${meaning}`).join('\n')
}
