import { countSeqs, type SeqRange } from '@wayside/protocol'
import { holesOf, type IntervalSet } from './interval-set.ts'

/**
 * A span with seqs that the ledger lacks, though it knows later ones or the producer has settled them. Until they are
 * settled they are on their way; after that they are lost, unless they arrive after all.
 */
export interface Gap extends SeqRange {
  /** Seqs of the span that are lost. */
  readonly events: number
  /** When the first of them was known to be lost; `null` while none is. */
  readonly noticedAt: number | null
  /** They were captured after this instant; `null` where no earlier event is known. */
  readonly after: number | null
  readonly before: number
}

/** The ledger's state that gaps follow from. */
export interface GapView {
  readonly ranges: IntervalSet
  /** What lies below was decided for good. */
  readonly closedBefore: number
  readonly settledBefore: number
  readonly now: number
}

/** Gaps that are kept apart, of those that may close again and of those that are final. */
const MAX_OPEN = 48
const MAX_FINAL = 16

/**
 * The gaps as they are now: those known before without what has arrived, and `opened`, the ones that a delivery opened.
 * Both ascend, and `opened` lies past the others.
 */
export function reviewGaps(gaps: readonly Gap[], opened: readonly Gap[], view: GapView): readonly Gap[] {
  const final = gaps.filter(({ to }) => to < view.closedBefore)
  const open = joinFirst([...gaps.filter(({ to }) => to >= view.closedBefore), ...opened], MAX_OPEN)
  return [...joinFirst(final, MAX_FINAL), ...open.flatMap((gap) => review(gap, view))]
}

function review(gap: Gap, { ranges, settledBefore, now }: GapView): readonly Gap[] {
  const holes = holesOf(ranges, gap.from, gap.to + 1)
  const first = holes[0]
  const last = holes[holes.length - 1]
  if (first === undefined || last === undefined) return []
  const events = countSeqs(holesOf(ranges, gap.from, Math.min(gap.to + 1, settledBefore)))
  return [{ ...gap, from: first.from, to: last.to, events, noticedAt: events === 0 ? null : (gap.noticedAt ?? now) }]
}

/** The gaps when everything below `before` counts as decided: what the ledger lacks there is lost for good. */
export function closeGaps(gaps: readonly Gap[], before: number, { ranges, closedBefore, now }: GapView): readonly Gap[] {
  return gaps.flatMap((gap) => {
    if (gap.from >= before || gap.to < closedBefore) return [gap]
    const end = Math.min(gap.to + 1, before)
    const events = countSeqs(holesOf(ranges, gap.from, end))
    const final = events === 0 ? [] : [{ ...gap, to: end - 1, events, noticedAt: gap.noticedAt ?? now }]
    return gap.to < before ? final : [...final, { ...gap, from: before }]
  })
}

/** At most `max` gaps: where there are more, the first ones become one. */
function joinFirst(gaps: readonly Gap[], max: number): readonly Gap[] {
  const joined = gaps.slice(0, Math.max(0, gaps.length - max) + 1)
  const first = joined[0]
  const last = joined[joined.length - 1]
  if (gaps.length <= max || first === undefined || last === undefined) return gaps
  const one: Gap = {
    from: first.from,
    to: last.to,
    events: joined.reduce((sum, { events }) => sum + events, 0),
    noticedAt: joined.reduce<number | null>((least, { noticedAt }) => (noticedAt === null || (least ?? noticedAt) < noticedAt ? least : noticedAt), null),
    after: first.after,
    before: last.before,
  }
  return [one, ...gaps.slice(joined.length)]
}
