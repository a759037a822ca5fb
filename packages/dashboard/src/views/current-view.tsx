import { useEffect } from 'preact/hooks'
import { useDashboard } from '../state/use-dashboard.ts'
import { FailureBanner } from './frame/failure-banner.tsx'
import { FilterBar } from './frame/filter-bar.tsx'
import { Freshness } from './frame/freshness.tsx'
import { LoadingView } from './frame/loading-view.tsx'
import { RangeControl } from './frame/range-control.tsx'
import { toView } from './views.ts'

/** The view that the address names, under what all views share: which time, and which filters. */
export function CurrentView() {
  const { feed, firstRequest, page } = useDashboard()
  const answered = feed.answered.value
  const failure = feed.failure.value
  // The answer of another view draws nothing of this one.
  const shown = answered !== null && answered.page.name === page.value.name ? answered : null
  const isKnown = shown !== null && firstRequest.value !== 'unknown'
  const isStale = feed.isStale.value
  const { Body, load, title } = toView(page.value)
  useEffect(() => load?.(), [load])
  return (
    <>
      {failure !== null && <FailureBanner failure={failure} hasData={isKnown} onRetry={feed.refresh} />}
      <div class="page__head">
        <h1>{title}</h1>
        <Freshness />
        <RangeControl />
      </div>
      <FilterBar />
      {isKnown ? (
        <div class={isStale ? 'view view--stale' : 'view'} aria-busy={isStale}>
          {shown.answer.problems['totals'] !== undefined && (
            <p class="banner banner--bad" role="alert">
              {shown.answer.problems['totals'].detail}
            </p>
          )}
          <Body {...shown} />
        </div>
      ) : (
        failure === null && <LoadingView />
      )}
    </>
  )
}
