import { computed, effect, signal, type ReadonlySignal } from '@preact/signals'
import { createApiClient, type ApiClient, type Person, type Project } from '../api/api-client.ts'
import type { PageQuestion } from '../api/page-question.ts'
import { createDateFormat, type DateFormat } from '../format/date.ts'
import { createAddress, type Address } from './address.ts'
import { watchArrivals } from './arrivals.ts'
import { createFeed, type Asked, type Feed } from './feed.ts'
import { createFirstRequest, type FirstRequest } from './first-request.ts'
import { takeKeyFromLink } from './key-link.ts'
import type { Page } from './page.ts'
import { createPerson } from './person.ts'
import { createProject } from './project.ts'
import { toRefreshMs } from './refresh-ms.ts'
import { parseScope } from './scope.ts'
import { readShareLink, type ShareLink } from './share-link.ts'
import { createSavedViews, type SavedViews } from './saved-views.ts'
import { createSession, type Session } from './session.ts'
import { createSetting, type Setting } from './setting.ts'
import { createThemeChoice, type ThemeChoice } from './theme.ts'
import { browserTimers } from './timers.ts'

/** Everything that the page knows. Views read it and call it; no view keeps state that another one needs. */
export interface Dashboard {
  /** Where this page's server is, as code in a reader's app must name it. */
  readonly serverUrl: string
  /** The shared link that this page shows; `null` for who has a key or is logged in. */
  readonly share: ShareLink | null
  readonly api: ApiClient
  readonly address: Address
  readonly session: Session
  readonly theme: ThemeChoice
  /** Whether single keys are shortcuts. */
  readonly hasShortcuts: Setting
  readonly saved: SavedViews
  /** What the address says. */
  readonly page: ReadonlySignal<Page>
  readonly feed: Feed<Page>
  /** `null` until the server has told. */
  readonly project: ReadonlySignal<Project | null>
  /** Who is logged in; `null` where the tab works with a key, and until the server has told. */
  readonly person: ReadonlySignal<Person | null>
  readonly firstRequest: ReadonlySignal<FirstRequest>
  /** Writes instants in the time zone of the page. */
  readonly dates: ReadonlySignal<DateFormat>
  /** Milliseconds since 1970, once a second while somebody can see the page. */
  readonly now: ReadonlySignal<number>
}

/**
 * Wires the parts to a browser. `null` when a link brought a key: the page is about to load anew without it.
 * @param toQuestion - what a page asks the server, behind a shared link or not
 */
export function createDashboard(window: Window & typeof globalThis, toQuestion: (page: Page, isShared: boolean) => PageQuestion): Dashboard | null {
  const share = readShareLink(window.location.href)
  const address = createAddress(window)
  const session = createSession(storageOf(() => window.sessionStorage), share === null ? undefined : `wayside.share.${share.id}`)
  if (share === null) {
    if (takeKeyFromLink(address, session)) return null
    address.onFragment(() => void takeKeyFromLink(address, session))
  }
  const serverUrl = share?.serverUrl ?? new URL('.', window.location.href).href
  const api = createApiClient({ fetch: window.fetch.bind(window), serverUrl })
  const visible = visibilityOf(window.document)
  const storage = storageOf(() => window.localStorage)
  const theme = createThemeChoice({ prefersDark: window.matchMedia('(prefers-color-scheme: dark)'), storage })

  const ownZone = createDateFormat().timeZone
  const page = computed((): Page => {
    const { name, params } = address.place.value
    return { name, params, scope: parseScope(params, ownZone) }
  })
  const asked = askedBy(page, (of) => toQuestion(of, share !== null))
  const feed = createFeed({ api, session, asked, visible, timers: browserTimers })
  if (share === null) watchArrivals({ api, session, visible, timers: browserTimers, onArrivals: feed.nudge })
  // A first request is one bar of an hour, but nothing that eyes can find in a day.
  const onArrival = () => address.set({ period: '1h', from: null, to: null }, 'replace')
  const firstRequest = createFirstRequest({ api, session, visible, timers: browserTimers, onArrival })
  const dates = computed(() => toDates(page.value.scope.timeZone))
  const hasShortcuts = createSetting('wayside.shortcuts', true, storage)
  return { serverUrl, share, api, address, session, theme, hasShortcuts, saved: createSavedViews(share === null ? storage : null), page, feed, project: createProject(api, session), person: createPerson(api, session), firstRequest, dates, now: ticks(visible) }
}

/** What the page asks. The same as before while only something changed that is chosen within a view. */
function askedBy(page: ReadonlySignal<Page>, toQuestion: (page: Page) => PageQuestion): ReadonlySignal<Asked<Page>> {
  let last: { readonly id: string; readonly asked: Asked<Page> } | null = null
  return computed(() => {
    const question = toQuestion(page.value)
    const id = JSON.stringify([page.value.name, page.value.scope, question])
    if (last?.id !== id) last = { id, asked: { page: page.value, question, refreshMs: toRefreshMs(page.value.scope, browserTimers.now()) } }
    return last.asked
  })
}

/** A zone that no browser knows stands in an address that was typed by hand; the server then says so. */
function toDates(timeZone: string): DateFormat {
  try {
    return createDateFormat(timeZone)
  } catch {
    return createDateFormat()
  }
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
