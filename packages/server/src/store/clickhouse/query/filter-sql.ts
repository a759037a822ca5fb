import type { Comparison } from '@wayside/protocol'
import type { StoreDimension, StoreFilter, StoreQuantity } from '../../store-query.ts'
import type { Parameters } from './parameters.ts'

/** What a filter is made of, over the columns of a source. */
export interface FilterColumns {
  dimension(dimension: StoreDimension): string
  quantity(quantity: StoreQuantity): string
  readonly address: string
}

/** A filter as a condition that is true where the filter says yes, and false or NULL elsewhere. */
export function toFilterSql(filter: StoreFilter, columns: FilterColumns, parameters: Parameters): string {
  switch (filter.kind) {
    case 'and':
    case 'or': {
      const parts = filter.filters.map((each) => toFilterSql(each, columns, parameters))
      return parts.length === 0 ? String(filter.kind === 'and') : `(${parts.join(filter.kind === 'and' ? ' AND ' : ' OR ')})`
    }
    case 'not':
      return `NOT ifNull(${toFilterSql(filter.filter, columns, parameters)}, false)`
    case 'address':
      return `${columns.address} = ${parameters.add(filter.ip, 'String')}`
    case 'known':
      return `isNotNull(${columns.quantity(filter.quantity)})`
    case 'compare':
      return toComparison(columns.quantity(filter.quantity), filter, parameters)
    case 'text':
      return toTextCondition(columns.dimension(filter.dimension), filter, parameters)
  }
}

type TextFilter = Extract<StoreFilter, { readonly kind: 'text' }>

function toTextCondition(column: string, { operator, values }: TextFilter, parameters: Parameters): string {
  const conditions = values.map((value) => {
    if (value === null) return `isNull(${column})`
    if (typeof value === 'boolean') return `${column} = ${parameters.add(value, 'Bool')}`
    if (typeof value === 'number') return `${column} = ${parameters.add(value, 'Int64')}`
    switch (operator) {
      case 'is':
        return `${column} = ${parameters.add(value, 'String')}`
      case 'contains':
        return `position(${column}, ${parameters.add(value, 'String')}) > 0`
      case 'startsWith':
        return `startsWith(${column}, ${parameters.add(value, 'String')})`
      case 'matches':
        // Here a dot matches a line's end unless it is told not to.
        return `match(${column}, ${parameters.add(`(?-s)${value}`, 'String')})`
    }
  })
  return conditions.length === 0 ? 'false' : `(${conditions.join(' OR ')})`
}

function toComparison(column: string, { comparison, value }: { readonly comparison: Comparison; readonly value: number }, parameters: Parameters): string {
  // Past what a column can hold nothing changes any more.
  const bound = Math.min(Math.max(value, -Number.MAX_SAFE_INTEGER), Number.MAX_SAFE_INTEGER)
  return `${column} ${OPERATORS[comparison]} ${parameters.add(bound, 'Int64')}`
}

const OPERATORS: Readonly<Record<Comparison, string>> = { gt: '>', gte: '>=', lt: '<', lte: '<=' }
