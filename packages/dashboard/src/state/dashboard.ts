import { effect, signal, type ReadonlySignal } from '@preact/signals'
import { createApiClient, type ApiClient } from '../api/api-client.ts'
import { createAddress, type Address } from './address.ts'
import { createFirstRequest, type FirstRequest } from './first-request.ts'
import { takeKeyFromLink } from './key-link.ts'
import { createOverviewFeed, type OverviewFeed } from './overview-feed.ts'
import { createPeriodChoice, type PeriodChoice } from './period.ts'
import { createSession, type Session } from './session.ts'
import { createThemeChoice, type ThemeChoice } from './theme.ts'
import { browserTimers } from './timers.ts'

/** Everything that the page knows. Views read it and call it; no view keeps state that another one needs. */
export interface Dashboard {
  /** Where this page's server is, as code in a reader's app must name it. */
  readonly serverUrl: string
  readonly api: ApiClient
  readonly address: Address
  readonly session: Session
  readonly period: PeriodChoice
  readonly theme: ThemeChoice
  readonly feed: OverviewFeed
  readonly firstRequest: ReadonlySignal<FirstRequest>
  /** Milliseconds since 1970, once a second while somebody can see the page. */
  readonly now: ReadonlySignal<number>
}

/** Wires the parts to a browser. `null` when a link brought a key: the page is about to load anew without it. */
export function createDashboard(window: Window & typeof globalThis): Dashboard | null {
  const address = createAddress(window)
  const session = createSession(storageOf(() => window.sessionStorage))
  if (takeKeyFromLink(address, session)) return null
  address.onFragment(() => void takeKeyFromLink(address, session))

  const serverUrl = new URL('.', window.location.href).href
  const api = createApiClient({ fetch: window.fetch.bind(window), serverUrl })
  const visible = visibilityOf(window.document)
  const period = createPeriodChoice(address)
  const theme = createThemeChoice({
    prefersDark: window.matchMedia('(prefers-color-scheme: dark)'),
    storage: storageOf(() => window.localStorage),
  })
  const feed = createOverviewFeed({ api, session, period: period.value, visible, timers: browserTimers })
  // A first request is one bar of an hour, but nothing that eyes can find in a day.
  const onArrival = () => period.choose('1h', 'replace')
  const firstRequest = createFirstRequest({ api, session, feed, onArrival })
  return { serverUrl, api, address, session, period, theme, feed, firstRequest, now: ticks(visible) }
}

/** Browsers that deny storage throw on the mere property. */
function storageOf(read: () => Storage): Storage | null {
  try {
    return read()
  } catch {
    return null
  }
}

function visibilityOf(document: Document): ReadonlySignal<boolean> {
  const visible = signal(!document.hidden)
  document.addEventListener('visibilitychange', () => (visible.value = !document.hidden))
  return visible
}

function ticks(visible: ReadonlySignal<boolean>): ReadonlySignal<number> {
  const now = signal(browserTimers.now())
  effect(() => {
    if (!visible.value) return
    now.value = browserTimers.now()
    const timer = setInterval(() => (now.value = browserTimers.now()), 1_000)
    return () => clearInterval(timer)
  })
  return now
}
