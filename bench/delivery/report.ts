import { describeMachine, today } from '../machine.ts'
import { toTable } from '../markdown-table.ts'
import { MEASURED_PACKAGES } from './measured-packages.ts'
import { MAX_EXIT_MS, type Outcome, RUNNING } from './run-situation.ts'
import type { Situation } from './situations.ts'
import { OWN_VARIANTS, PEERS, VARIANT_NAMES, type Variant } from './variants.ts'

/** The rounds of every variant in one situation. */
export interface SituationResult {
  readonly situation: Situation
  readonly outcomes: ReadonlyMap<Variant, readonly Outcome[]>
}

/** The section of RESULTS.md. */
export function toReport(results: readonly SituationResult[], command: string): string {
  const versions = Object.entries(MEASURED_PACKAGES).map(([name, version]) => `${name} ${version}`).join(', ')
  return `## bench/delivery: what is left of events when something fails

${describeMachine()}. ${today()}. \`${command}\`

Each SDK in a process of its own, set up as its documentation begins, with its defaults, and the same requests of the
fixture as events. Medians of the rounds, with the least and the greatest where they differ. "Delivered" are distinct events that the
collector holds when the process has ended; an arrow leads to those it holds after the app's next start. "Twice" are
events that the collector holds more than once. Memory is the growth until the last event, less that of the app
without an SDK. How it is measured, and what the figures do not show: \`bench/README.md\`.

${results.map(toSection).join('\n\n')}

Versions: ${versions}.
`
}

function toSection(result: SituationResult): string {
  const { situation, outcomes } = result
  const variants = [...outcomes.keys()]
  const head = ['SDK', 'delivered', 'twice', ...(situation.asks === 'exit' ? ['ms to the end'] : []), 'memory (MiB)', 'the app']
  const rows = variants.map((variant) => [
    VARIANT_NAMES[variant],
    ...(variant === 'bare' ? ['', ''] : [toDelivered(of(result, variant)), toRange(of(result, variant).map(({ duplicates }) => duplicates))]),
    ...(situation.asks === 'exit' ? [toExit(of(result, variant))] : []),
    variant === 'bare' ? '' : toRange(memoryOf(result, variant)),
    toEnd(result, variant),
  ])
  return `### ${situation.title}: ${situation.events.toLocaleString('en')} events\n\n${toTable(head, rows)}\n\n${compare(result)}`
}

function of({ outcomes }: SituationResult, variant: Variant): readonly Outcome[] {
  return outcomes.get(variant) ?? []
}

function toDelivered(outcomes: readonly Outcome[]): string {
  const now = toRange(outcomes.map(({ delivered }) => delivered))
  const later = toRange(outcomes.map(({ afterNextStart }) => afterNextStart))
  return now === later ? now : `${now} → ${later}`
}

function toExit(outcomes: readonly Outcome[]): string {
  return outcomes.some(({ exitMs }) => exitMs === null) ? `> ${MAX_EXIT_MS.toLocaleString('en')}` : toRange(exitTimes(outcomes))
}

function exitTimes(outcomes: readonly Outcome[]): number[] {
  return outcomes.map(({ exitMs }) => exitMs ?? Number.POSITIVE_INFINITY)
}

function memoryOf(result: SituationResult, variant: Variant): number[] {
  const growths = (each: Variant) => of(result, each).flatMap(({ rssGrowthMib }) => (rssGrowthMib === null ? [] : [rssGrowthMib]))
  const bare = median(growths('bare'))
  return growths(variant).map((growth) => Math.round(growth - bare))
}

/** What differs from the same app without an SDK. */
function toEnd(result: SituationResult, variant: Variant): string {
  const should = of(result, 'bare')[0]?.ended ?? ''
  const other = of(result, variant).find(({ ended }) => ended !== should)
  if (other === undefined) return should
  if (other.ended === RUNNING) return 'held alive'
  return `**${other.ended}**`
}

/** Whether any peer does better than Wayside's defaults, and than its spool. */
function compare(result: SituationResult): string {
  return OWN_VARIANTS.filter((own) => result.outcomes.has(own))
    .map((own) => {
      const peers = PEERS.filter((peer) => result.outcomes.has(peer))
      const names = (better: (peer: Variant) => boolean) => peers.filter(better).map((peer) => VARIANT_NAMES[peer]).join(', ') || 'none'
      const ownLoss = lossOf(result, own)
      const parts = [
        `fewer lost: ${names((peer) => lossOf(result, peer) < ownLoss)}`,
        `fewer twice: ${names((peer) => duplicatesOf(result, peer) < duplicatesOf(result, own))}`,
        ...(result.situation.asks === 'exit' ? [`no more lost and sooner gone: ${names((peer) => lossOf(result, peer) <= ownLoss && isSooner(result, peer, own))}`] : []),
      ]
      return `- Better than ${VARIANT_NAMES[own]}: ${parts.join('; ')}.`
    })
    .join('\n')
}

function lossOf(result: SituationResult, variant: Variant): number {
  return median(of(result, variant).map(({ sent, afterNextStart }) => sent - afterNextStart))
}

function duplicatesOf(result: SituationResult, variant: Variant): number {
  return median(of(result, variant).map(({ duplicates }) => duplicates))
}

/** Every round of one ended before every round of the other: less than that is the machine's noise. */
function isSooner(result: SituationResult, one: Variant, other: Variant): boolean {
  return Math.max(...exitTimes(of(result, one))) < Math.min(...exitTimes(of(result, other)))
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0
}

function toRange(values: readonly number[]): string {
  if (values.length === 0) return ''
  const [least, middle, greatest] = [Math.min(...values), median(values), Math.max(...values)].map((value) => value.toLocaleString('en'))
  return least === greatest ? `${middle}` : `${middle} (${least} to ${greatest})`
}
