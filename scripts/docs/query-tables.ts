import { QUERY_LIMITS } from '../../packages/protocol/src/index.ts'
import { DIMENSION_MEANINGS, METRIC_MEANINGS } from '../../packages/server/src/http/query/meanings.ts'
import { METRIC_READINGS } from '../../packages/server/src/query/metrics.ts'

/** What can be counted, from the code that makes the numbers. */
export function metricsTable(): string {
  const rows = Object.entries(METRIC_READINGS).map(([metric, { type, unit }]) => [`\`${metric}\``, type, unit ?? '', new Map(Object.entries(METRIC_MEANINGS)).get(metric) ?? ''])
  return toTable(['metric', 'type', 'unit', 'meaning'], rows)
}

/** What requests can be grouped and filtered by. */
export function dimensionsTable(): string {
  return toTable(['dimension', 'meaning'], Object.entries(DIMENSION_MEANINGS).map(([dimension, meaning]) => [`\`${dimension}\``, meaning]))
}

/** The bounds of a query. */
export function queryLimitsTable(): string {
  return toTable(['bound', 'at most'], Object.entries(QUERY_LIMITS).map(([name, bound]) => [`\`${name}\``, bound.toLocaleString('en')]))
}

function toTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}
