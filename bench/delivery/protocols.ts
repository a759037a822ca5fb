import type { Peer } from './variants.ts'

/** How a peer's own server takes events, as far as it takes to count them. */
export interface Protocol {
  /** Numbers of the events in a request's body, as it is after decompression. */
  readonly readNumbers: (body: string) => readonly number[]
  /** What the peer's server answers to events that it took. */
  readonly answer: string
}

export const PROTOCOLS: Readonly<Record<Peer, Protocol>> = {
  opentelemetry: { readNumbers: readSpans, answer: '{}' },
  sentry: { readNumbers: readEnvelope, answer: '{"id":"fc6d8c0c43fc4630ad850ee518f1b9d0"}' },
  segment: { readNumbers: readBatch, answer: '{"success":true}' },
  posthog: { readNumbers: readBatch, answer: '{"status":"Ok"}' },
  rudderstack: { readNumbers: readBatch, answer: '"OK"' },
}

interface OtlpTraces {
  readonly resourceSpans: readonly { readonly scopeSpans: readonly { readonly spans: readonly OtlpSpan[] }[] }[]
}

interface OtlpSpan {
  readonly attributes: readonly { readonly key: string; readonly value: { readonly intValue?: number | string } }[]
}

function readSpans(body: string): number[] {
  // The exporter's own form; what else it sends would fail here and the bench with it.
  const { resourceSpans } = JSON.parse(body) as OtlpTraces
  const spans = resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans))
  return spans.map(({ attributes }) => Number(attributes.find(({ key }) => key === 'number')?.value.intValue))
}

/** An envelope is lines: its head, then for each item a head and a payload. */
function readEnvelope(body: string): number[] {
  const [, ...lines] = body.split('\n')
  const numbers: number[] = []
  for (let at = 0; at + 1 < lines.length; at += 2) {
    const { type } = JSON.parse(lines[at] ?? '') as { readonly type: string }
    if (type !== 'event') continue
    const { extra } = JSON.parse(lines[at + 1] ?? '') as { readonly extra: { readonly number: number } }
    numbers.push(extra.number)
  }
  return numbers
}

/** Segment's form, which RudderStack and PostHog share. */
function readBatch(body: string): number[] {
  const { batch } = JSON.parse(body) as { readonly batch: readonly { readonly properties: { readonly number: number } }[] }
  return batch.map(({ properties }) => properties.number)
}
