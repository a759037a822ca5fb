import type { ComponentType } from 'preact'
import type { PageQuestion } from '../api/page-question.ts'
import type { Page } from '../state/page.ts'
import { askAudience } from './audience/ask-audience.ts'
import { AudienceView } from './audience/audience-view.tsx'
import { askChanges } from './changes/ask-changes.ts'
import { ChangesView } from './changes/changes-view.tsx'
import { askConsumers } from './consumers/ask-consumers.ts'
import { ConsumersView } from './consumers/consumers-view.tsx'
import { askDeploys } from './deploys/ask-deploys.ts'
import { DeploysView } from './deploys/deploys-view.tsx'
import { askEndpoints } from './endpoints/ask-endpoints.ts'
import { EndpointsView } from './endpoints/endpoints-view.tsx'
import { askErrors } from './errors/ask-errors.ts'
import { ErrorsView } from './errors/errors-view.tsx'
import { askOverview } from './overview/ask-overview.ts'
import { OverviewView } from './overview/overview-view.tsx'
import { askQuality } from './quality/ask-quality.ts'
import { QualityView } from './quality/quality-view.tsx'
import { askRequests } from './requests/ask-requests.ts'
import { RequestsView } from './requests/requests-view.tsx'
import { askExports } from './exports/ask-exports.ts'
import { onDemand } from './on-demand.tsx'
import { askUptime } from './uptime/ask-uptime.ts'
import type { ViewProps } from './view-props.ts'

/** One of the pages: what it asks the server, and how it draws the answer. */
interface View {
  /** The last part of its path; empty for the first one. */
  readonly name: string
  readonly title: string
  readonly ask: (page: Page) => PageQuestion
  readonly Body: ComponentType<ViewProps>
}

const OVERVIEW: View = { name: '', title: 'Overview', ask: askOverview, Body: OverviewView }

/** In the order of the navigation. The server answers each of their paths with the page. */
export const VIEWS: readonly View[] = [
  OVERVIEW,
  { name: 'endpoints', title: 'Endpoints', ask: askEndpoints, Body: EndpointsView },
  { name: 'requests', title: 'Requests', ask: askRequests, Body: RequestsView },
  { name: 'errors', title: 'Errors', ask: askErrors, Body: ErrorsView },
  { name: 'consumers', title: 'Consumers', ask: askConsumers, Body: ConsumersView },
  { name: 'audience', title: 'Audience', ask: askAudience, Body: AudienceView },
  { name: 'deploys', title: 'Deploys', ask: askDeploys, Body: DeploysView },
  { name: 'changes', title: 'What changed?', ask: askChanges, Body: ChangesView },
  { name: 'exports', title: 'Files', ask: askExports, Body: onDemand(async () => (await import('./exports/exports-view.tsx')).ExportsView) },
  { name: 'uptime', title: 'Uptime', ask: askUptime, Body: onDemand(async () => (await import('./uptime/uptime-view.tsx')).UptimeView) },
  { name: 'quality', title: 'Data quality', ask: askQuality, Body: QualityView },
]

/** The view that an address names; the overview where it names none. */
export function toView({ name }: Page): View {
  return VIEWS.find((view) => view.name === name) ?? OVERVIEW
}

/** What a page asks the server. */
export function toQuestion(page: Page): PageQuestion {
  return toView(page).ask(page)
}
