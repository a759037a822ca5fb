import { RANGE_WORDS } from '@wayside/protocol'
import type { Page } from '../../state/page.ts'
import { toChipParams, toRangeParams } from '../../state/scope.ts'
import { useDashboard } from '../../state/use-dashboard.ts'
import { RANGE_NAMES, toRangePhrase } from '../range-words.ts'

/** In place of empty charts: where there may be something to see. */
export function QuietCard({ page: { scope } }: { readonly page: Page }) {
  const { address } = useDashboard()
  const longer = RANGE_WORDS[RANGE_WORDS.findIndex((word) => word === scope.range) + 1]
  const isLonger = longer !== undefined && /^\d/.test(longer)
  return (
    <section class="card quiet-card">
      <h2>
        No requests {toRangePhrase(scope)}
        {scope.chips.length > 0 && ' that pass the filters'}
      </h2>
      {scope.chips.length > 0 && (
        <button type="button" class="button" onClick={() => address.set(toChipParams([]))}>
          Clear the filters
        </button>
      )}
      {isLonger && (
        <button type="button" class="button" onClick={() => address.set(toRangeParams(longer))}>
          Show {RANGE_NAMES[longer].name}
        </button>
      )}
    </section>
  )
}
