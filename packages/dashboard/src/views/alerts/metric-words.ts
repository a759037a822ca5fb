import { METRIC_WORDS } from '@wayside/protocol'

/** What the value of a rule is to be given in. */
const GIVEN_IN = { count: '', bytes: '', ms: ' (ms)', share: ' (0 to 1)', index: ' (0 to 1)' } as const

/** Metrics that a rule may watch, with what their value is to be given in. */
export const WATCHED_METRICS: readonly (readonly [metric: string, words: string])[] = Object.entries(METRIC_WORDS).flatMap(([metric, { name, unit }]) => (unit === 'moment' ? [] : [[metric, `${name}${GIVEN_IN[unit]}`]]))
