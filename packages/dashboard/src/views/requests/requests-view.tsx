import { toOnlyRow, toRows } from '../../api/rows.ts'
import { formatShortCount } from '../../format/number.ts'
import { useDashboard } from '../../state/use-dashboard.ts'
import { RequestsTable } from '../cards/requests-table.tsx'
import { SearchBox } from '../cards/search-box.tsx'
import { SeriesCard } from '../cards/series-card.tsx'
import { QuietCard } from '../frame/quiet-card.tsx'
import { ViewLink } from '../frame/view-link.tsx'
import { toStatusLayers } from '../status-layers.ts'
import type { ViewProps } from '../view-props.ts'
import { NdjsonButton } from './ndjson-button.tsx'
import { RequestView } from './request-view.tsx'

/** Single requests as they come in, newest first, or one of them with all its facts. */
export function RequestsView(props: ViewProps) {
  return props.page.params.get('request') === null ? <RequestLog {...props} /> : <RequestView {...props} />
}

function RequestLog(props: ViewProps) {
  const { feed } = useDashboard()
  const { answers, extras } = props.answer
  const total = toOnlyRow(answers['totals'])
  const series = answers['series']
  const cursor = extras.requests?.nextCursor ?? null
  const isNewest = props.page.params.get('before') === null
  const isPaused = feed.isPaused.value
  return (
    <>
      <div class="tools">
        <SearchBox label="Search paths" />
        {isNewest && (
          <button type="button" class="button button--small" aria-pressed={isPaused} onClick={() => feed.pause(!isPaused)}>
            {isPaused ? 'Go on' : 'Pause'}
          </button>
        )}
        <NdjsonButton parameters={props.question.extras.requests ?? {}} meta={answers['totals']?.meta} />
        <span class="quiet" role="status">
          {isPaused ? 'Paused: new requests wait.' : isNewest ? 'New requests appear by themselves.' : ''}
        </span>
      </div>
      {total.of('requests') === 0 ? (
        <QuietCard page={props.page} />
      ) : (
        <>
          <SeriesCard of={props} name="series" title="Requests" layers={toStatusLayers(series === undefined ? [] : toRows(series), total)} kind="bars" format={formatShortCount} total={total.of('requests')} before={total.before('requests')} />
          <RequestsTable of={props} title={isNewest ? 'The last requests' : 'Older requests'} empty="No single requests are kept of this time." />
          <p class="tools">
            {!isNewest && (
              <ViewLink name="requests" changes={{ q: props.page.params.get('q') }}>
                ← The last requests
              </ViewLink>
            )}
            {cursor !== null && (
              <ViewLink name="requests" changes={{ before: cursor, q: props.page.params.get('q') }}>
                Older requests →
              </ViewLink>
            )}
          </p>
        </>
      )}
    </>
  )
}
