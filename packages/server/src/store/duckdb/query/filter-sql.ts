import type { Comparison } from '@wayside/protocol'
import type { StoreDimension, StoreFilter, StoreQuantity } from '../../store-query.ts'
import type { Parameters } from './parameters.ts'

/** What a filter is made of, over the columns of a source. */
export interface FilterColumns {
  dimension(dimension: StoreDimension): string
  quantity(quantity: StoreQuantity): string
  readonly address: string
}

/**
 * A filter as a condition that is true where the filter says yes, and false or NULL elsewhere. Only what `not` turns
 * around must tell the two apart; everywhere else the engine can use its bounds of columns.
 */
export function toFilterSql(filter: StoreFilter, columns: FilterColumns, parameters: Parameters): string {
  switch (filter.kind) {
    case 'and':
    case 'or': {
      const parts = filter.filters.map((each) => toFilterSql(each, columns, parameters))
      return parts.length === 0 ? String(filter.kind === 'and') : `(${parts.join(filter.kind === 'and' ? ' AND ' : ' OR ')})`
    }
    case 'not':
      return `NOT coalesce(${toFilterSql(filter.filter, columns, parameters)}, false)`
    case 'address':
      return `${columns.address} = ${parameters.add(filter.ip, 'VARCHAR')}`
    case 'known':
      return `${columns.quantity(filter.quantity)} IS NOT NULL`
    case 'compare':
      return toComparison(columns.quantity(filter.quantity), filter, parameters)
    case 'text':
      return toTextCondition(columns.dimension(filter.dimension), filter, parameters)
  }
}

type TextFilter = Extract<StoreFilter, { readonly kind: 'text' }>

function toTextCondition(column: string, { operator, values }: TextFilter, parameters: Parameters): string {
  const conditions = values.map((value) => {
    if (value === null) return `${column} IS NULL`
    if (typeof value === 'boolean') return `${column} = ${parameters.add(value, 'BOOLEAN')}`
    if (typeof value === 'number') return `${column} = ${parameters.add(BigInt(value), 'BIGINT')}`
    const text = parameters.add(value, 'VARCHAR')
    switch (operator) {
      case 'is':
        return `${column} = ${text}`
      case 'contains':
        return `contains(${column}, ${text})`
      case 'startsWith':
        return `starts_with(${column}, ${text})`
      case 'matches':
        return `regexp_matches(${column}, ${text})`
    }
  })
  return conditions.length === 0 ? 'false' : `(${conditions.join(' OR ')})`
}

function toComparison(column: string, { comparison, value }: { readonly comparison: Comparison; readonly value: number }, parameters: Parameters): string {
  // Past what a column can hold nothing changes any more.
  const bound = Math.min(Math.max(value, -Number.MAX_SAFE_INTEGER - 1), Number.MAX_SAFE_INTEGER + 1)
  return `${column} ${OPERATORS[comparison]} ${parameters.add(BigInt(bound), 'BIGINT')}`
}

const OPERATORS: Readonly<Record<Comparison, string>> = { gt: '>', gte: '>=', lt: '<', lte: '<=' }
