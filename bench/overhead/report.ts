import { describeMachine, today } from '../machine.ts'
import { toTable } from '../markdown-table.ts'
import type { Slice } from './measured-app.ts'
import { MEASURED_PACKAGES } from './measured-packages.ts'
import { FRAMEWORK_NAMES, type Framework, VARIANT_NAMES, type Variant } from './plan.ts'
import { FIXED_RATE_PER_S, type GroupResult, type Mode } from './run-group.ts'
import { type Estimate, toEstimate } from './statistics.ts'

export interface ReportOptions {
  readonly command: string
  readonly sliceMs: number
}

/** The section of RESULTS.md: an overview of all frameworks, then a table for each. */
export function toReport(results: readonly GroupResult[], { command, sliceMs }: ReportOptions): string {
  const frameworks = [...new Set(results.map(({ group }) => group.framework))]
  const of = (framework: Framework) => results.filter(({ group }) => group.framework === framework)
  return [
    '## bench/overhead: what a package adds to a request',
    `${describeMachine()}. ${today()}. \`${command}\`, slices of ${sliceMs / 1000} s.`,
    EXPLANATION,
    `### CPU added, µs a request: saturated / at ${FIXED_RATE_PER_S.toLocaleString('en')} requests a second`,
    overview(frameworks, of),
    ...frameworks.flatMap((framework) => [`### ${FRAMEWORK_NAMES[framework]}`, details(of(framework)), remarks(of(framework))]),
    `Versions: ${Object.entries(MEASURED_PACKAGES).map(([name, version]) => `${name} ${version}`).join(', ')}.`,
    '',
  ].join('\n\n')
}

const EXPLANATION = `CPU of the app's process (user and system, all threads) for each request, beyond what the same app
without the package took in the same round: the median, and the interval that holds the true median with 95 % (with fewer
than six rounds: the range). How it is measured: \`bench/README.md\`.`

function overview(frameworks: readonly Framework[], of: (framework: Framework) => readonly GroupResult[]): string {
  const variants = (Object.keys(VARIANT_NAMES) as Variant[]).filter((variant) => variant !== 'bare')
  const cell = (framework: Framework, variant: Variant) => {
    const result = of(framework).find(({ group }) => group.variants.includes(variant))
    if (result === undefined) return ''
    return `${toEstimate(cpuAdded(result, variant, 'saturated')).median.toFixed(0)} / ${toEstimate(cpuAdded(result, variant, 'fixed')).median.toFixed(0)}`
  }
  return toTable(
    ['variant', ...frameworks.map((framework) => FRAMEWORK_NAMES[framework])],
    variants.map((variant) => [VARIANT_NAMES[variant], ...frameworks.map((framework) => cell(framework, variant))]),
  )
}

function details(results: readonly GroupResult[]): string {
  const rows = results.flatMap((result) =>
    result.group.variants
      .filter((variant) => variant !== 'bare')
      .map((variant) => {
        const totals = result.totals.get(variant)
        const estimate = (figures: readonly number[], digits = 1) => text(toEstimate(figures), digits)
        return [
          VARIANT_NAMES[variant],
          estimate(cpuAdded(result, variant, 'saturated')),
          estimate(cpuAdded(result, variant, 'fixed')),
          estimate(paired(result, variant, 'bare', 'saturated', (a, b) => a.requestsPerS / b.requestsPerS), 2),
          toEstimate(paired(result, variant, 'bare', 'fixed', (a, b) => a.p50Ms - b.p50Ms)).median.toFixed(2),
          toEstimate(paired(result, variant, 'bare', 'fixed', (a, b) => a.p99Ms - b.p99Ms)).median.toFixed(2),
          totals === undefined ? '' : (totals.sentBytes / totals.requests).toFixed(1),
          String(result.group.rounds),
        ]
      }),
  )
  return toTable(['variant', 'CPU added, saturated (µs)', 'CPU added, fixed rate (µs)', 'throughput, times bare', 'p50 added (ms)', 'p99 added (ms)', 'bytes sent a request', 'rounds'], rows)
}

/** What the bare app itself does, how Wayside stands to the two figures that it is held against, and what went wrong. */
function remarks(results: readonly GroupResult[]): string {
  const lines: string[] = []
  const main = results.find(({ group }) => group.variants.includes('wayside'))
  if (main !== undefined) {
    const bare = (mode: Mode) => toEstimate(slicesOf(main, 'bare', mode).map((slice) => slice.cpuUsPerRequest)).median.toFixed(0)
    const rate = toEstimate(slicesOf(main, 'bare', 'saturated').map((slice) => slice.requestsPerS)).median
    lines.push(`The bare app: ${bare('saturated')} µs saturated at ${Math.round(rate).toLocaleString('en')} requests a second, ${bare('fixed')} µs at the fixed rate.`)
    for (const mode of ['saturated', 'fixed'] as const) {
      const above = toEstimate(paired(main, 'wayside', 'noop', mode, (a, b) => a.cpuUsPerRequest - b.cpuUsPerRequest))
      const share = toEstimate(cpuAdded(main, 'wayside', mode)).median / toEstimate(cpuAdded(main, 'apitally', mode)).median
      lines.push(`Wayside, ${mode === 'fixed' ? 'fixed rate' : mode}: ${text(above, 1)} µs above the no-op listener; ${share.toFixed(2)} times what Apitally adds.`)
    }
  }
  for (const { totals } of results)
    for (const [variant, { requests, failed, idleUsPerS }] of totals) {
      if (failed > 0) lines.push(`${VARIANT_NAMES[variant]}: ${failed} of ${requests} requests failed.`)
      if (idleUsPerS > IDLE_WORTH_TELLING_US) lines.push(`${VARIANT_NAMES[variant]} used ${(idleUsPerS / 1000).toFixed(1)} ms of CPU a second while idle, which is not in the figures.`)
    }
  return lines.map((line) => `- ${line}`).join('\n')
}

/** One in a thousand of a core. */
const IDLE_WORTH_TELLING_US = 1_000

function cpuAdded(result: GroupResult, variant: Variant, mode: Mode): readonly number[] {
  return paired(result, variant, 'bare', mode, (a, b) => a.cpuUsPerRequest - b.cpuUsPerRequest)
}

/** Compares each slice with the other variant's in the same round: the machine's speed drifts from round to round. */
function paired(result: GroupResult, variant: Variant, other: Variant, mode: Mode, compare: (slice: Slice, other: Slice) => number): readonly number[] {
  const others = slicesOf(result, other, mode)
  return slicesOf(result, variant, mode).flatMap((slice, round) => {
    const pair = others[round]
    return pair === undefined ? [] : [compare(slice, pair)]
  })
}

function slicesOf(result: GroupResult, variant: Variant, mode: Mode): readonly Slice[] {
  return result.slices.get(variant)?.[mode] ?? []
}

function text({ median, low, high }: Estimate, digits: number): string {
  return `${median.toFixed(digits)} [${low.toFixed(digits)}, ${high.toFixed(digits)}]`
}
