import type { Overview } from '@wayside/protocol'
import { formatBytes } from '../format/bytes.ts'
import { toChange, toShareChange } from '../format/change.ts'
import { formatDuration } from '../format/duration.ts'
import { formatCount, formatRate, formatShare, formatShortCount } from '../format/number.ts'
import { Tile } from '../widgets/tile.tsx'
import { PERIOD_WORDS } from './period-words.ts'

/** The period's figures, each against the period before. */
export function TotalsTiles({ overview }: { readonly overview: Overview }) {
  const { totals, previous, period, from, to, completeUntil } = overview
  const against = PERIOD_WORDS[period].before
  // The period ends with the interval under way: what of it is still to come holds no requests yet.
  const minutes = Math.max(1, (Math.min(to, completeUntil) - from) / 60_000)
  const latency = (label: string, name: 'p50Ms' | 'p95Ms' | 'p99Ms') => (
    <Tile
      label={label}
      value={totals[name]}
      text={formatDuration(totals[name])}
      change={toChange(totals[name], previous[name])}
      better="lower"
      against={against}
    />
  )
  const requests = toChange(totals.requests, previous.requests)
  return (
    <dl class="tiles">
      <Tile
        label="Requests"
        value={totals.requests}
        text={formatShortCount(totals.requests)}
        full={formatCount(totals.requests)}
        change={requests}
        against={against}
      />
      <Tile
        label="Per minute"
        value={totals.requests / minutes}
        text={formatRate(totals.requests / minutes)}
        change={requests}
        against={against}
      />
      <Tile
        label="Error rate"
        value={totals.errorRate}
        text={formatShare(totals.errorRate)}
        full={`${formatCount(totals.clientError)} client and ${formatCount(totals.serverError)} server errors`}
        change={toShareChange(totals.errorRate, previous.errorRate)}
        better="lower"
        against={against}
      />
      <Tile
        label="Consumers"
        value={totals.consumers}
        text={formatShortCount(totals.consumers)}
        full={formatCount(totals.consumers)}
        change={toChange(totals.consumers, previous.consumers)}
        against={against}
      />
      {latency('Latency p50', 'p50Ms')}
      {latency('Latency p95', 'p95Ms')}
      {latency('Latency p99', 'p99Ms')}
      <Tile
        label="Bytes out"
        value={totals.responseBytes}
        text={formatBytes(totals.responseBytes)}
        full={`${formatCount(totals.responseBytes)} bytes`}
        change={toChange(totals.responseBytes, previous.responseBytes)}
        against={against}
      />
    </dl>
  )
}
