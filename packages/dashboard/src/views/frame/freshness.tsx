import { formatAge, formatDuration } from '../../format/duration.ts'
import { useDashboard } from '../../state/use-dashboard.ts'
import { Icon } from '../../widgets/icon.tsx'

/** The server is behind by so much that a reader should know. */
const NOTABLE_LAG_MS = 15_000
/** A question that takes longer than this is told, and can be stopped. */
const NOTABLE_WAIT_MS = 1_000

/** How old what one sees is and a button that renews it; while the server thinks for long, since when and a button that stops it. */
export function Freshness() {
  const { feed, now } = useDashboard()
  const askedAt = feed.askedAt.value
  const waitedMs = askedAt === null ? 0 : now.value - askedAt
  if (waitedMs > NOTABLE_WAIT_MS)
    return (
      <div class="freshness" role="status">
        <span class="pulse" aria-hidden="true" />
        <span class="freshness__text">Asking for {Math.round(waitedMs / 1_000)} s</span>
        <button type="button" class="button button--small" onClick={feed.cancel}>
          Stop
        </button>
      </div>
    )
  const updatedAt = feed.updatedAt.value
  if (updatedAt === null) return null
  const lagMs = feed.lagMs.value
  return (
    <div class="freshness">
      <span class={`freshness__dot${feed.failure.value === null ? '' : ' freshness__dot--off'}`} aria-hidden="true" />
      <span class="freshness__text">
        Updated {formatAge(now.value - updatedAt)}
        {lagMs > NOTABLE_LAG_MS && `, ${formatDuration(lagMs)} behind`}
      </span>
      <button type="button" class="button button--icon" title="Refresh" aria-label="Refresh" aria-busy={askedAt !== null} onClick={feed.refresh}>
        <Icon name="refresh" />
      </button>
    </div>
  )
}
