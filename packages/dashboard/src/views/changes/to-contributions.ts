import type { Dimension, DimensionValue } from '@wayside/protocol'
import type { Row } from '../../api/rows.ts'

/** What one value of a dimension has to do with a change. */
export interface Contribution {
  readonly dimension: Dimension
  readonly value: DimensionValue
  readonly before: number
  readonly now: number
  /** `now` without `before`. */
  readonly change: number
  /**
   * How much more it changed than it would have if all had changed alike, in requests: what is busy always changes most,
   * and explains nothing by that.
   */
  readonly surprise: number
}

export interface ContributionOptions {
  readonly metric: 'requests' | 'errors'
  /** In all. */
  readonly total: Row
  /** Rows of each dimension. */
  readonly rows: readonly (readonly [Dimension, readonly Row[]])[]
}

const MIN_CHANGE = 5
const SHOWN = 25

/** The values that changed most beyond what all have in common. Where nothing was before, that is each value's own size. */
export function toContributions({ metric, total, rows }: ContributionOptions): readonly Contribution[] {
  const [now, before] = [total.of(metric) ?? 0, total.before(metric) ?? 0]
  const factor = before === 0 ? 0 : now / before
  return rows
    .flatMap(([dimension, values]) =>
      values.map((row): Contribution => {
        const [valueNow, valueBefore] = [row.of(metric) ?? 0, row.before(metric) ?? 0]
        return { dimension, value: row.keys[0] ?? null, now: valueNow, before: valueBefore, change: valueNow - valueBefore, surprise: valueNow - valueBefore * factor }
      }),
    )
    .filter(({ change, surprise }) => Math.abs(change) >= MIN_CHANGE && Math.abs(surprise) >= MIN_CHANGE)
    .toSorted((a, b) => Math.abs(b.surprise) - Math.abs(a.surprise))
    .slice(0, SHOWN)
}
