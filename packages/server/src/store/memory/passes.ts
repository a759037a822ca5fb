import type { DimensionValue } from '@wayside/protocol'
import { RE2JS } from 're2js'
import type { StoreFilter } from '../store-query.ts'
import type { Counted } from './counted.ts'

/** A filter as the question whether requests pass it. */
export function toPasses(filter: StoreFilter): (counted: Counted) => boolean {
  switch (filter.kind) {
    case 'and': {
      const all = filter.filters.map(toPasses)
      return (counted) => all.every((passes) => passes(counted))
    }
    case 'or': {
      const some = filter.filters.map(toPasses)
      return (counted) => some.some((passes) => passes(counted))
    }
    case 'not': {
      const passes = toPasses(filter.filter)
      return (counted) => !passes(counted)
    }
    case 'address':
      return (counted) => counted.ip === filter.ip
    case 'known':
      return (counted) => counted.quantity(filter.quantity) !== null
    case 'compare':
      return (counted) => {
        const quantity = counted.quantity(filter.quantity)
        return quantity !== null && COMPARE[filter.comparison](quantity, filter.value)
      }
    case 'text': {
      const tests = filter.values.map((value) => toTest(filter.operator, value))
      return (counted) => {
        const held = counted.dimension(filter.dimension)
        return tests.some((test) => test(held))
      }
    }
  }
}

const COMPARE = {
  gt: (quantity: number, value: number) => quantity > value,
  gte: (quantity: number, value: number) => quantity >= value,
  lt: (quantity: number, value: number) => quantity < value,
  lte: (quantity: number, value: number) => quantity <= value,
}

type TextOperator = Extract<StoreFilter, { readonly kind: 'text' }>['operator']

function toTest(operator: TextOperator, value: DimensionValue): (held: DimensionValue) => boolean {
  if (operator === 'is') return (held) => held === value
  const text = String(value)
  if (operator === 'contains') return (held) => typeof held === 'string' && held.includes(text)
  if (operator === 'startsWith') return (held) => typeof held === 'string' && held.startsWith(text)
  const pattern = RE2JS.compile(text)
  return (held) => typeof held === 'string' && pattern.test(held)
}
