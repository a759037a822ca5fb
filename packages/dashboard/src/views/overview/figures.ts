import type { Metric } from '@wayside/protocol'
import type { Row } from '../../api/rows.ts'
import { formatBytes } from '../../format/bytes.ts'
import { toChange, toShareChange, type Change } from '../../format/change.ts'
import { formatDuration } from '../../format/duration.ts'
import { formatCount, formatRate, formatShare, formatShortCount } from '../../format/number.ts'

/** A figure of a tile, which the main chart can show over time. */
export interface Figure {
  readonly id: string
  readonly label: string
  /** As a title of the chart. */
  readonly title: string
  readonly metric: Metric
  readonly kind: 'bars' | 'lines'
  readonly better?: 'lower' | 'higher'
  /** The smallest step between labelled values of the chart. */
  readonly step: number
  /** @param minutes - how many the figure is of */
  read(value: number | null, minutes: number): number | null
  format(value: number): string
  full?(row: Row): string
  change(now: number | null, before: number | null): Change
}

const same = (value: number | null) => value
const count = { kind: 'bars', step: 1, read: same, format: formatShortCount, change: toChange } as const
const latency = { kind: 'lines', step: 0.001, better: 'lower', read: same, format: formatDuration, change: toChange } as const

/** In the order of the tiles. */
export const FIGURES: readonly Figure[] = [
  { id: 'requests', label: 'Requests', title: 'Requests', metric: 'requests', full: (row) => formatCount(row.of('requests') ?? 0), ...count },
  {
    id: 'perMinute',
    label: 'Per minute',
    title: 'Requests per minute',
    metric: 'requests',
    kind: 'lines',
    step: 0.01,
    read: (value, minutes) => (value === null ? null : value / minutes),
    format: formatRate,
    change: toChange,
  },
  {
    id: 'errorRate',
    label: 'Error rate',
    title: 'Error rate',
    metric: 'errorRate',
    kind: 'lines',
    step: 0.0001,
    better: 'lower',
    read: same,
    format: formatShare,
    full: (row) => `${formatCount(row.of('clientErrors') ?? 0)} client and ${formatCount(row.of('serverErrors') ?? 0)} server errors`,
    change: toShareChange,
  },
  { id: 'p50', label: 'Latency p50', title: 'Latency p50', metric: 'p50', ...latency },
  { id: 'p95', label: 'Latency p95', title: 'Latency p95', metric: 'p95', ...latency },
  { id: 'p99', label: 'Latency p99', title: 'Latency p99', metric: 'p99', ...latency },
  { id: 'consumers', label: 'Consumers', title: 'Consumers', metric: 'consumers', full: (row) => formatCount(row.of('consumers') ?? 0), ...count },
  { id: 'bytes', label: 'Bytes out', title: 'Bytes out', metric: 'responseBytes', full: (row) => `${formatCount(row.of('responseBytes') ?? 0)} bytes`, ...count, format: formatBytes },
]

/** The figure that an address names; requests where it names none. */
export function toFigure(id: string | null): Figure {
  const [first] = FIGURES
  const figure = FIGURES.find((each) => each.id === id) ?? first
  if (figure === undefined) throw new Error('there is no figure')
  return figure
}
