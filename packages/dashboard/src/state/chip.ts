import { DIMENSIONS, type Dimension, type DimensionValue, type Filter, type Quantity, type TagDimension } from '@wayside/protocol'

/** One filter that a reader has set: a value that requests must have or must not have, or a bound of a number. */
export type Chip =
  | { readonly kind: 'value'; readonly dimension: Dimension | TagDimension; readonly isExcluded: boolean; readonly value: DimensionValue }
  | { readonly kind: 'bound'; readonly quantity: Quantity; readonly comparison: 'gte' | 'lt'; readonly value: number }

/** A chip as it stands in the address: `country:DE`, `!country:DE`, `country` for the unknown one, `durationMs>=500`. */
export function formatChip(chip: Chip): string {
  if (chip.kind === 'bound') return `${chip.quantity}${chip.comparison === 'gte' ? '>=' : '<'}${chip.value}`
  const { dimension, isExcluded, value } = chip
  // A tag may have a colon in its name.
  const name = dimension.startsWith('tag:') ? `tag:${encodeURIComponent(dimension.slice(4))}` : dimension
  return `${isExcluded ? '!' : ''}${name}${value === null ? '' : `:${value}`}`
}

/** `null` for what is no chip: addresses are typed by hand. */
export function parseChip(text: string): Chip | null {
  const bound = /^(status|durationMs|upstreamMs|requestBytes|responseBytes)(>=|<)(\d{1,12})$/.exec(text)
  if (bound !== null) {
    const quantity = QUANTITY_NAMES.find((name) => name === bound[1])
    return quantity === undefined ? null : { kind: 'bound', quantity, comparison: bound[2] === '<' ? 'lt' : 'gte', value: Number(bound[3]) }
  }
  const [, mark, name = '', rest] = /^(!?)(tag:[^:]*|[A-Za-z]+)(?::(.*))?$/s.exec(text) ?? []
  const dimension = toDimension(name)
  if (dimension === null) return null
  const value = rest === undefined ? null : toValue(dimension, rest)
  return value === undefined ? null : { kind: 'value', dimension, isExcluded: mark === '!', value }
}

const QUANTITY_NAMES = ['status', 'durationMs', 'upstreamMs', 'requestBytes', 'responseBytes'] as const

function toDimension(name: string): Dimension | TagDimension | null {
  if (!name.startsWith('tag:')) return DIMENSIONS.find((dimension) => dimension === name) ?? null
  try {
    return name.length > 4 ? `tag:${decodeURIComponent(name.slice(4))}` : null
  } catch {
    return null // A lone percent sign.
  }
}

/** `undefined` for a value that the dimension cannot have. */
function toValue(dimension: Dimension | TagDimension, text: string): DimensionValue | undefined {
  if (dimension === 'status') return /^\d{3}$/.test(text) ? Number(text) : undefined
  if (dimension === 'bot') return text === 'true' ? true : text === 'false' ? false : undefined
  return text
}

/** With the chip, in place of its opposite; without it when it was there. */
export function toggleChip(chips: readonly Chip[], chip: Chip): readonly Chip[] {
  const name = formatChip(chip)
  const others = chips.filter((each) => formatChip(each) !== name)
  if (others.length < chips.length) return others
  const opposite = chip.kind === 'value' ? formatChip({ ...chip, isExcluded: !chip.isExcluded }) : null
  return [...others.filter((each) => formatChip(each) !== opposite), chip]
}

/** The filter of a query; `null` without chips. Included values of one dimension are alternatives. */
export function toFilter(chips: readonly Chip[]): Filter | null {
  const values = new Map<string, { readonly operator: 'is' | 'isNot'; readonly dimension: Dimension | TagDimension; readonly values: DimensionValue[] }>()
  const filters: Filter[] = []
  for (const chip of chips) {
    if (chip.kind === 'bound') {
      filters.push([chip.comparison, chip.quantity, chip.value])
      continue
    }
    const operator = chip.isExcluded ? 'isNot' : 'is'
    const name = `${operator} ${chip.dimension}`
    const group = values.get(name) ?? { operator, dimension: chip.dimension, values: [] }
    group.values.push(chip.value)
    values.set(name, group)
  }
  for (const { operator, dimension, values: alternatives } of values.values()) filters.push([operator, dimension, alternatives])
  const [first, ...others] = filters
  if (first === undefined) return null
  return others.length === 0 ? first : ['and', filters]
}
