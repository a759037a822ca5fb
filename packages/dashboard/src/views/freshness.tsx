import type { ReadonlySignal } from '@preact/signals'
import { formatAge, formatDuration } from '../format/duration.ts'
import type { OverviewFeed } from '../state/overview-feed.ts'
import { Icon } from '../widgets/icon.tsx'

/** The server is behind by so much that a reader should know. */
const NOTABLE_LAG_MS = 15_000

/** How old what one sees is, and a button that renews it. */
export function Freshness({ feed, now }: { readonly feed: OverviewFeed; readonly now: ReadonlySignal<number> }) {
  const updatedAt = feed.updatedAt.value
  if (updatedAt === null) return null
  const age = formatAge(now.value - updatedAt)
  const lagMs = feed.lagMs.value
  return (
    <div class="freshness">
      <span class={`freshness__dot${feed.failure.value === null ? '' : ' freshness__dot--off'}`} aria-hidden="true" />
      <span class="freshness__text">
        Updated {age}
        {lagMs > NOTABLE_LAG_MS && `, ${formatDuration(lagMs)} behind`}
      </span>
      <button
        type="button"
        class="button button--icon"
        title="Refresh"
        aria-label="Refresh"
        aria-busy={feed.loading.value}
        onClick={feed.refresh}
      >
        <Icon name="refresh" />
      </button>
    </div>
  )
}
