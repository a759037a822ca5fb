import { useSignal } from '@preact/signals'
import { useId, useRef } from 'preact/hooks'
import { Legend } from './legend.tsx'
import { TimeAxis, ValueAxis } from './plot-axes.tsx'
import { PlotLayers } from './plot-layers.tsx'
import { toTicks } from './scale.ts'
import { barEdges, toLines, toMax, toStack, type Layer } from './stack.ts'
import { nameInterval, type Timeline } from './timeline.ts'
import { useWidth } from './use-width.ts'

export interface TimeChartProps {
  /** What the chart shows, for screen readers. */
  readonly label: string
  readonly timeline: Timeline
  readonly layers: readonly Layer[]
  readonly kind: 'bars' | 'lines'
  /** A value as it is read, with its unit. */
  readonly format: (value: number) => string
  /** The smallest step between labelled values; 1 for counts. */
  readonly step: number
  /** What the legend's figures are of while no interval is pointed at, such as `In the last 24 hours`. */
  readonly rangeText: string
  /** Something that happened: a line with a name. */
  readonly marks?: readonly ChartMark[]
  /** The reader has chosen a part of the range: milliseconds since 1970, [from, to). */
  readonly onZoom?: (from: number, to: number) => void
}

export interface ChartMark {
  /** Milliseconds since 1970. */
  readonly time: number
  readonly name: string
}

const HEIGHT_PX = 220
const TOP_PX = 10
const AXIS_PX = 24
const GUTTER_PX = 52
const VALUE_STEPS = 4

/**
 * Values over time. Pointing at an interval, or moving to it with the arrow keys, shows its figures in the legend: nothing
 * floats over the chart. Dragging, or the arrow keys with Shift and then Enter, chooses a part. For assistive technology the
 * cursor is a slider.
 */
export function TimeChart({ label, timeline, layers, kind, format, step, rangeText, marks = [], onZoom }: TimeChartProps) {
  const frame = useRef<HTMLDivElement>(null)
  const width = useWidth(frame).value
  const hatchId = useId()
  // A time, not an index: the cursor stays at its interval when fresh data moves the chart on.
  const cursorAt = useSignal<number | null>(null)
  const anchorAt = useSignal<number | null>(null)

  const { starts, ends, isPartial } = timeline
  const count = starts.length
  const last = count - 1
  const cursor = cursorAt.value === null ? -1 : starts.indexOf(cursorAt.value)
  const anchor = anchorAt.value === null ? -1 : starts.indexOf(anchorAt.value)
  const plotWidth = Math.max(0, width - GUTTER_PX)
  const plotHeight = HEIGHT_PX - TOP_PX - AXIS_PX
  const ticks = toTicks(toMax(layers, count, kind === 'bars'), VALUE_STEPS, step)
  const size = { width: plotWidth, height: plotHeight, max: ticks.at(-1) ?? 1 }
  const [first, end] = anchor === -1 ? [cursor, cursor] : [Math.min(anchor, cursor), Math.max(anchor, cursor)]
  const isChoosing = cursor !== -1 && first !== end
  const chosenText = isChoosing ? `${nameInterval(timeline, first)} to ${nameInterval(timeline, end)}` : ''

  const describe = (at: number) => {
    const figures = layers.map(({ label: name, values }) => `${name} ${format(values[at] ?? 0)}`)
    return `${nameInterval(timeline, at)}${isPartial(at) ? ', incomplete' : ''}: ${figures.join(', ')}`
  }
  const moveTo = (index: number) => (cursorAt.value = starts[Math.min(last, Math.max(0, index))] ?? null)
  const zoom = () => {
    if (isChoosing) onZoom?.(starts[first] ?? 0, ends[end] ?? 0)
    anchorAt.value = null
  }
  const indexOf = ({ clientX }: PointerEvent) =>
    Math.floor(((clientX - (frame.current?.getBoundingClientRect().left ?? 0) - GUTTER_PX) / plotWidth) * count)

  const onPointerDown = (event: PointerEvent) => {
    moveTo(indexOf(event))
    // A finger scrolls the page; only a mouse or a pen draws a range.
    if (onZoom === undefined || event.pointerType === 'touch' || event.button !== 0) return
    frame.current?.setPointerCapture(event.pointerId)
    anchorAt.value = cursorAt.value
  }
  const onPointerLeave = ({ pointerType }: PointerEvent) => {
    // A finger that lifts has left too; what it chose stays until the chart loses the focus.
    if (pointerType === 'mouse' && anchorAt.value === null) cursorAt.value = null
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    const from = cursor === -1 ? last + (event.key === 'ArrowLeft' ? 1 : 0) : cursor
    const targets: Record<string, number> = { ArrowLeft: from - 1, ArrowRight: from + 1, Home: 0, End: last }
    const target = targets[event.key]
    if (target !== undefined) {
      if (!event.shiftKey) anchorAt.value = null
      else if (onZoom !== undefined) anchorAt.value ??= starts[Math.min(last, from)] ?? null
      moveTo(target)
    } else if (event.key === 'Enter' && isChoosing) zoom()
    else if (event.key === 'Escape' && cursor !== -1) cursorAt.value = anchorAt.value = null
    else return
    event.preventDefault()
    event.stopPropagation()
  }

  return (
    <>
      <Legend
        layers={layers}
        kind={kind}
        at={cursor === -1 ? null : cursor}
        title={isChoosing ? chosenText : cursor === -1 ? rangeText : nameInterval(timeline, cursor)}
        isPartial={!isChoosing && cursor !== -1 && isPartial(cursor)}
        format={format}
        hatchId={hatchId}
      />
      <div
        class="plot"
        ref={frame}
        tabIndex={0}
        role="slider"
        aria-label={`Interval of the chart: ${label}`}
        aria-valuemin={0}
        aria-valuemax={Math.max(0, last)}
        aria-valuenow={cursor === -1 ? Math.max(0, last) : cursor}
        aria-valuetext={isChoosing ? `${chosenText}; Enter shows this part` : cursor === -1 ? `${rangeText}; arrow keys go through the intervals` : describe(cursor)}
        onPointerMove={(event) => moveTo(indexOf(event))}
        onPointerDown={onPointerDown}
        onPointerUp={zoom}
        onPointerCancel={() => (anchorAt.value = null)}
        onPointerLeave={onPointerLeave}
        onBlur={() => (cursorAt.value = anchorAt.value = null)}
        onKeyDown={onKeyDown}
      >
        {plotWidth > 0 && count > 0 && (
          <svg class="plot__drawing" width={width} height={HEIGHT_PX} aria-hidden="true">
            <g transform={`translate(${GUTTER_PX} ${TOP_PX})`}>
              <ValueAxis ticks={ticks} width={plotWidth} height={plotHeight} format={format} />
              {cursor !== -1 && <CursorBand left={barEdges(first, count, plotWidth).left} right={barEdges(end, count, plotWidth).right} height={plotHeight} />}
              <PlotLayers paths={(kind === 'bars' ? toStack : toLines)(layers, count, size, isPartial)} kind={kind} hatchId={hatchId} />
              <Marks marks={marks} timeline={timeline} width={plotWidth} height={plotHeight} />
              <TimeAxis timeline={timeline} width={plotWidth} height={plotHeight} />
            </g>
          </svg>
        )}
      </div>
    </>
  )
}

interface CursorBandProps {
  readonly left: number
  readonly right: number
  readonly height: number
}

function CursorBand({ left, right, height }: CursorBandProps) {
  return <rect class="plot__cursor" x={left - 2} width={right - left + 4} y={-TOP_PX} height={height + TOP_PX} rx="2" />
}

interface MarksProps {
  readonly marks: readonly ChartMark[]
  readonly timeline: Timeline
  readonly width: number
  readonly height: number
}

const MAX_NAME_LENGTH = 14

/** Lines across the plot, named at their top, on the side where there is room. */
function Marks({ marks, timeline: { starts, ends }, width, height }: MarksProps) {
  return (
    <>
      {marks.map(({ time, name }) => {
        const at = starts.findIndex((start, index) => start <= time && time < (ends[index] ?? 0))
        if (at === -1) return null
        const x = Math.round((at / starts.length) * width) + 0.5
        const isRight = x > width - 90
        return (
          <g key={`${time} ${name}`} class="mark">
            <line x1={x} x2={x} y1={-TOP_PX} y2={height} />
            <text x={isRight ? x - 4 : x + 4} y={0} text-anchor={isRight ? 'end' : 'start'}>
              {name.length > MAX_NAME_LENGTH ? `${name.slice(0, MAX_NAME_LENGTH - 1)}…` : name}
            </text>
          </g>
        )
      })}
    </>
  )
}
