import { PERIODS } from '@wayside/protocol'
import { useEffect } from 'preact/hooks'
import { createDateFormat } from '../format/date.ts'
import { isEmpty } from '../state/overview-feed.ts'
import type { Dashboard } from '../state/dashboard.ts'
import { Segmented } from '../widgets/segmented.tsx'
import { FailureBanner } from './failure-banner.tsx'
import { Freshness } from './freshness.tsx'
import { LoadingView } from './loading-view.tsx'
import { OverviewView } from './overview-view.tsx'
import { PERIOD_WORDS } from './period-words.ts'
import { StartView } from './start-view.tsx'
import { TopBar } from './top-bar.tsx'

const dates = createDateFormat()

const PERIOD_OPTIONS = PERIODS.map((value) => {
  const { short, last } = PERIOD_WORDS[value]
  return { value, text: short, title: `The ${last}` }
})

/** What somebody with a key sees: the overview, or how to get there. */
export function ProjectView({ dashboard, apiKey }: { readonly dashboard: Dashboard; readonly apiKey: string }) {
  const { api, feed, firstRequest, period, session, serverUrl, theme, now } = dashboard
  const overview = feed.overview.value
  const failure = feed.failure.value
  const projectName = overview?.project.name ?? null
  useEffect(() => {
    document.title = projectName === null ? 'Wayside' : `${projectName} · Wayside`
    return () => {
      document.title = 'Wayside'
    }
  }, [projectName])

  const isWaiting = firstRequest.value === 'waiting'
  const hasData = firstRequest.value === 'seen' || firstRequest.value === 'arrived'
  const isKnown = overview !== null && (hasData || !isEmpty(overview))
  return (
    <>
      <TopBar projectName={projectName} theme={theme} onSignOut={() => session.signOut()} />
      <p class="visually-hidden" role="status">
        {firstRequest.value === 'arrived' && 'The first request has arrived.'}
      </p>
      <main class="page">
        {failure !== null && <FailureBanner failure={failure} hasData={isKnown} onRetry={feed.refresh} />}
        {isWaiting ? (
          <StartView api={api} apiKey={apiKey} isNewKey={session.isNewKey.value} serverUrl={serverUrl} />
        ) : (
          <>
            <div class="page__head">
              <h1>Overview</h1>
              {isKnown && <Freshness feed={feed} now={now} />}
              <Segmented
                label="Period"
                options={PERIOD_OPTIONS}
                value={period.value.value}
                onChoose={(value) => period.choose(value)}
              />
            </div>
            {isKnown ? (
              <OverviewView
                overview={overview}
                isStale={overview.period !== period.value.value}
                dates={dates}
                now={now}
                onChoosePeriod={period.choose}
              />
            ) : (
              <LoadingView />
            )}
          </>
        )}
      </main>
    </>
  )
}
