import { toChange, toChangePhrase } from '../format/change.ts'
import type { Layer } from '../widgets/stack.ts'
import { nameInterval, type Timeline } from '../widgets/timeline.ts'

export interface SentenceFacts {
  readonly title: string
  /** Such as `in the last hour`. */
  readonly rangeText: string
  /** What it is compared with, such as `the hour before`. */
  readonly against: string
  readonly total: number | null
  readonly before: number | null
  readonly format: (value: number) => string
  readonly timeline: Timeline
  readonly layers: readonly Layer[]
  /** The layers add up; otherwise the first speaks for the chart. */
  readonly isStacked: boolean
}

/** What a chart shows, in words, for those who do not see it and for those who want it short. */
export function toSentence({ title, rangeText, against, total, before, format, timeline, layers, isStacked }: SentenceFacts): string {
  if (total === null) return `${title} ${rangeText}: nothing was measured.`
  const phrase = toChangePhrase(toChange(total, before))
  const change = phrase === null ? '' : `, ${phrase} ${against}`
  const values = timeline.starts.map((_, at) => valueAt(isStacked ? layers : layers.slice(0, 1), at))
  const [peak] = values.flatMap((value, at) => (value === null ? [] : [{ value, at }])).toSorted((a, b) => b.value - a.value)
  const highest = peak === undefined || peak.value === 0 ? '' : ` Highest: ${nameInterval(timeline, peak.at)}, with ${format(peak.value)}.`
  return `${title} ${rangeText}: ${format(total)}${change}.${highest}`
}

function valueAt(layers: readonly Layer[], at: number): number | null {
  const values = layers.flatMap(({ values: each }) => each[at] ?? [])
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0)
}
