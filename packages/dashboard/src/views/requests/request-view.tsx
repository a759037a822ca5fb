import type { StoredRequest } from '@wayside/protocol'
import type { ComponentChildren } from 'preact'
import { formatBytes } from '../../format/bytes.ts'
import { formatDuration } from '../../format/duration.ts'
import { toCountryName } from '../../format/country.ts'
import { useDashboard } from '../../state/use-dashboard.ts'
import { Card } from '../../widgets/card.tsx'
import { FigureList, type FigureItem } from '../../widgets/figure-list.tsx'
import { EndpointName } from '../cards/endpoint-name.tsx'
import { ProblemText } from '../cards/problem-text.tsx'
import { nameValue } from '../dimension-words.ts'
import { ViewLink } from '../frame/view-link.tsx'
import type { ViewProps } from '../view-props.ts'

/** One request with all that is known of it. */
export function RequestView(props: ViewProps) {
  const { dates } = useDashboard()
  const { request } = props.answer.extras
  return (
    <>
      <p class="crumbs">
        <ViewLink name="requests">All requests</ViewLink>
        {request !== undefined && <EndpointName endpoint={`${request.method} ${request.path}`} />}
      </p>
      {request === undefined ? (
        <ProblemText title="No such request" of={props} name="request" />
      ) : (
        <div class="view__row view__row--even">
          <Facts title="Request" items={toRequestFacts(request, dates.value.instant)} />
          <Facts title="Who" items={toWhoFacts(request)} />
          <Facts title="Where" items={toWhereFacts(request)} />
          {request.errorFingerprint !== null && <Facts title="Error" items={toErrorFacts(request)} />}
          {request.tags !== null && <Facts title="Tags" items={Object.entries(request.tags).map(([label, value]) => ({ label, value: <bdi>{value}</bdi> }))} />}
        </div>
      )}
    </>
  )
}

function Facts({ title, items }: { readonly title: string; readonly items: readonly FigureItem[] }) {
  return (
    <Card title={title}>
      <div class="facts">
        <FigureList items={items} />
      </div>
    </Card>
  )
}

function toRequestFacts(request: StoredRequest, formatInstant: (at: number) => string): readonly FigureItem[] {
  const { method, route, status, outcome, durationUs, upstreamUs, upstreamCount, requestBytes, responseBytes } = request
  return [
    { label: 'Time', value: formatInstant(request.time) },
    ...(request.timeAdjusted ? [{ label: "Sender's clock", value: request.wallTime === null ? 'was wrong' : formatInstant(request.wallTime) }] : []),
    {
      label: 'Endpoint',
      value: (
        <ViewLink name="endpoints" changes={{ endpoint: route === null ? method : `${method} ${route}` }} class="pick">
          <EndpointName endpoint={route === null ? method : `${method} ${route}`} />
        </ViewLink>
      ),
    },
    { label: 'Path', value: <bdi class="route">{request.path}</bdi> },
    { label: 'Status', value: status },
    { label: 'Outcome', value: nameValue('outcome', outcome) },
    { label: 'Duration', value: formatDuration(durationUs === null ? null : durationUs / 1_000) },
    { label: 'Upstream', value: upstreamUs === null ? unknown() : `${formatDuration(upstreamUs / 1_000)} in ${upstreamCount ?? 0} ${upstreamCount === 1 ? 'request' : 'requests'}` },
    { label: 'Bytes in', value: requestBytes === null ? unknown() : formatBytes(requestBytes) },
    { label: 'Bytes out', value: responseBytes === null ? unknown() : formatBytes(responseBytes) },
  ]
}

function toWhoFacts(request: StoredRequest): readonly FigureItem[] {
  const { consumer, consumerKind, country, client, clientVersion } = request
  return [
    {
      label: 'Consumer',
      value:
        consumer === null ? (
          unknown()
        ) : (
          <ViewLink name="consumers" changes={{ consumer }} class="pick">
            <bdi>{consumer}</bdi>
          </ViewLink>
        ),
    },
    { label: 'Known by', value: nameValue('consumerKind', consumerKind) },
    { label: 'IP', value: toText(request.ip) },
    { label: 'Country', value: country === null ? unknown() : toCountryName(country) },
    { label: 'Client', value: client === null ? unknown() : <bdi>{[client, clientVersion].filter(Boolean).join(' ')}</bdi> },
    { label: 'OS', value: toText(request.os) },
    { label: 'Device', value: toText(request.device) },
    { label: 'Bot', value: request.bot ? 'Yes' : 'No' },
    { label: 'User agent', value: toText(request.userAgent) },
  ]
}

function toWhereFacts(request: StoredRequest): readonly FigureItem[] {
  return [
    { label: 'Host', value: toText(request.host) },
    { label: 'Environment', value: toText(request.environment) },
    { label: 'Service', value: toText(request.service) },
    { label: 'Version', value: toText(request.serviceVersion) },
    { label: 'Instance', value: toText(request.instance) },
    { label: 'Framework', value: request.framework },
  ]
}

function toErrorFacts({ errorClass, errorFingerprint, errorMessage }: StoredRequest): readonly FigureItem[] {
  return [
    {
      label: 'Class',
      value: (
        <ViewLink name="errors" changes={{ error: errorFingerprint }} class="pick">
          <bdi>{errorClass ?? errorFingerprint}</bdi>
        </ViewLink>
      ),
    },
    { label: 'Place', value: toText(errorFingerprint) },
    { label: 'Message', value: errorMessage === null ? <em class="quiet">not sent</em> : <bdi>{errorMessage}</bdi> },
  ]
}

function toText(text: string | null): ComponentChildren {
  return text === null ? unknown() : <bdi>{text}</bdi>
}

function unknown(): ComponentChildren {
  return <em class="quiet">unknown</em>
}
