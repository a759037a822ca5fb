import type { ComponentType } from 'preact'
import type { PageQuestion } from '../api/page-question.ts'
import type { Page } from '../state/page.ts'
import { askAlerts } from './alerts/ask-alerts.ts'
import { askAudience } from './audience/ask-audience.ts'
import { askChanges } from './changes/ask-changes.ts'
import { askConsumers } from './consumers/ask-consumers.ts'
import { askDeploys } from './deploys/ask-deploys.ts'
import { askEndpoints } from './endpoints/ask-endpoints.ts'
import { askErrors } from './errors/ask-errors.ts'
import { askOverview } from './overview/ask-overview.ts'
import { OverviewView } from './overview/overview-view.tsx'
import { askQuality } from './quality/ask-quality.ts'
import { askRequests } from './requests/ask-requests.ts'
import { askExports } from './exports/ask-exports.ts'
import { onDemand } from './on-demand.tsx'
import { toSharedQuestion } from './to-shared-question.ts'
import { askUptime } from './uptime/ask-uptime.ts'
import type { ViewProps } from './view-props.ts'

/** One of the pages: what it asks the server, and how it draws the answer. */
interface View {
  /** The last part of its path; empty for the first one. */
  readonly name: string
  readonly title: string
  readonly ask: (page: Page) => PageQuestion
  readonly Body: ComponentType<ViewProps>
  /** Whether shared links show it. */
  readonly isShared?: true
  /** Begins to load the code of a view that is no part of the first load. */
  readonly load?: () => void
}

const OVERVIEW: View = { name: '', title: 'Overview', ask: askOverview, Body: OverviewView, isShared: true }

/** In the order of the navigation. The server answers each of their paths with the page. */
export const VIEWS: readonly View[] = [
  OVERVIEW,
  { name: 'endpoints', title: 'Endpoints', ask: askEndpoints, isShared: true, ...onDemand(async () => (await import('./endpoints/endpoints-view.tsx')).EndpointsView) },
  { name: 'requests', title: 'Requests', ask: askRequests, ...onDemand(async () => (await import('./requests/requests-view.tsx')).RequestsView) },
  { name: 'errors', title: 'Errors', ask: askErrors, ...onDemand(async () => (await import('./errors/errors-view.tsx')).ErrorsView) },
  { name: 'consumers', title: 'Consumers', ask: askConsumers, ...onDemand(async () => (await import('./consumers/consumers-view.tsx')).ConsumersView) },
  { name: 'audience', title: 'Audience', ask: askAudience, isShared: true, ...onDemand(async () => (await import('./audience/audience-view.tsx')).AudienceView) },
  { name: 'deploys', title: 'Deploys', ask: askDeploys, isShared: true, ...onDemand(async () => (await import('./deploys/deploys-view.tsx')).DeploysView) },
  { name: 'changes', title: 'What changed?', ask: askChanges, isShared: true, ...onDemand(async () => (await import('./changes/changes-view.tsx')).ChangesView) },
  { name: 'exports', title: 'Files', ask: askExports, ...onDemand(async () => (await import('./exports/exports-view.tsx')).ExportsView) },
  { name: 'uptime', title: 'Uptime', ask: askUptime, ...onDemand(async () => (await import('./uptime/uptime-view.tsx')).UptimeView) },
  { name: 'alerts', title: 'Alerts', ask: askAlerts, ...onDemand(async () => (await import('./alerts/alerts-view.tsx')).AlertsView) },
  { name: 'quality', title: 'Data quality', ask: askQuality, ...onDemand(async () => (await import('./quality/quality-view.tsx')).QualityView) },
]

/** The view that an address names; the overview where it names none. */
export function toView({ name }: Page): View {
  return VIEWS.find((view) => view.name === name) ?? OVERVIEW
}

/** What a page asks the server. */
export function toQuestion(page: Page, isShared = false): PageQuestion {
  const question = toView(page).ask(page)
  return isShared ? toSharedQuestion(question) : question
}
