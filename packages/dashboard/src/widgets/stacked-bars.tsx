import { useSignal } from '@preact/signals'
import type { SeriesPoint } from '@wayside/protocol'
import { useId, useRef } from 'preact/hooks'
import type { DateFormat } from '../format/date.ts'
import { formatCount } from '../format/number.ts'
import { TimeAxis, ValueAxis } from './plot-axes.tsx'
import { PlotLayers } from './plot-layers.tsx'
import { toTicks } from './scale.ts'
import { barEdges, STATUS_LABELS, sumOf, toStack, type BarEdges } from './stack.ts'
import { StackLegend, presentClasses } from './stack-legend.tsx'
import { useWidth } from './use-width.ts'

export interface StackedBarsProps {
  readonly series: readonly SeriesPoint[]
  readonly intervalMs: number
  /** The interval holds less than its whole length: the period cuts it, or it still fills. */
  readonly isPartial: (point: SeriesPoint) => boolean
  readonly dates: DateFormat
  /** What the legend's figures are of while no interval is pointed at, such as `Last 24 hours`. */
  readonly periodText: string
}

const HEIGHT_PX = 220
const TOP_PX = 10
const AXIS_PX = 24
const GUTTER_PX = 44
const VALUE_STEPS = 4

/**
 * Requests over time, stacked by status class. Pointing at an interval, or moving to it with the arrow keys, shows its
 * figures in the legend: nothing floats over the chart. For assistive technology the cursor is a slider.
 */
export function StackedBars({ series, intervalMs, isPartial, dates, periodText }: StackedBarsProps) {
  const frame = useRef<HTMLDivElement>(null)
  const width = useWidth(frame).value
  const hatchId = useId()
  // A time, not an index: the cursor stays at its interval when fresh data moves the chart on.
  const cursorAt = useSignal<number | null>(null)

  const last = series.length - 1
  const cursor = series.findIndex((point) => point.time === cursorAt.value)
  const point = series[cursor]
  const classes = presentClasses(series)

  const plotWidth = Math.max(0, width - GUTTER_PX)
  const plotHeight = HEIGHT_PX - TOP_PX - AXIS_PX
  const ticks = toTicks(Math.max(0, ...series.map(sumOf)), VALUE_STEPS)
  const max = ticks.at(-1) ?? 1

  const describe = (at: SeriesPoint) => {
    const counts = classes.map((status) => `${STATUS_LABELS[status]} ${formatCount(at[status])}`)
    const open = isPartial(at) ? ', incomplete' : ''
    return `${dates.interval(at.time, intervalMs)}${open}: ${formatCount(sumOf(at))} requests; ${counts.join(', ')}`
  }
  const moveTo = (index: number) => (cursorAt.value = series[Math.min(last, Math.max(0, index))]?.time ?? null)
  const onPointerMove = (event: PointerEvent) => {
    const left = frame.current?.getBoundingClientRect().left ?? 0
    moveTo(Math.floor(((event.clientX - left - GUTTER_PX) / plotWidth) * series.length))
  }
  const onPointerLeave = ({ pointerType }: PointerEvent) => {
    // A finger that lifts has left too; what it chose stays until the chart loses the focus.
    if (pointerType === 'mouse') cursorAt.value = null
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const from = cursor === -1 ? last + (event.key === 'ArrowLeft' ? 1 : 0) : cursor
    const targets: Record<string, number> = { ArrowLeft: from - 1, ArrowRight: from + 1, Home: 0, End: last }
    const target = targets[event.key]
    if (target !== undefined) moveTo(target)
    else if (event.key === 'Escape') cursorAt.value = null
    else return
    event.preventDefault()
  }

  return (
    <>
      <StackLegend
        classes={classes}
        points={point === undefined ? series : [point]}
        title={point === undefined ? periodText : dates.interval(point.time, intervalMs)}
        isPartial={point !== undefined && isPartial(point)}
        hatchId={hatchId}
      />
      <div
        class="plot"
        ref={frame}
        tabIndex={0}
        role="slider"
        aria-label="Interval of the chart"
        aria-valuemin={0}
        aria-valuemax={Math.max(0, last)}
        aria-valuenow={cursor === -1 ? Math.max(0, last) : cursor}
        aria-valuetext={point === undefined ? `${periodText}; arrow keys go through the intervals` : describe(point)}
        onPointerMove={onPointerMove}
        onPointerDown={onPointerMove}
        onPointerLeave={onPointerLeave}
        onBlur={() => (cursorAt.value = null)}
        onKeyDown={onKeyDown}
      >
        {plotWidth > 0 && (
          <svg class="plot__drawing" width={width} height={HEIGHT_PX} aria-hidden="true">
            <g transform={`translate(${GUTTER_PX} ${TOP_PX})`}>
              <ValueAxis ticks={ticks} width={plotWidth} height={plotHeight} />
              {cursor !== -1 && <CursorBand {...barEdges(cursor, series.length, plotWidth)} height={plotHeight} />}
              <PlotLayers
                layers={toStack({ series, width: plotWidth, height: plotHeight, max, isPartial })}
                hatchId={hatchId}
              />
              <TimeAxis series={series} intervalMs={intervalMs} dates={dates} width={plotWidth} height={plotHeight} />
            </g>
          </svg>
        )}
      </div>
    </>
  )
}

function CursorBand({ left, right, height }: BarEdges & { readonly height: number }) {
  return <rect class="plot__cursor" x={left - 2} width={right - left + 4} y={-TOP_PX} height={height + TOP_PX} rx="2" />
}
