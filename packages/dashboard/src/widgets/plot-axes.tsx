import { toTimeTicks } from './scale.ts'
import type { Timeline } from './timeline.ts'

export interface ValueAxisProps {
  /** From 0 up; the last one is at the top edge. */
  readonly ticks: readonly number[]
  /** Size of the plot, CSS pixels. */
  readonly width: number
  readonly height: number
  readonly format: (value: number) => string
}

/** Lines across the plot, labelled to its left. */
export function ValueAxis({ ticks, width, height, format }: ValueAxisProps) {
  const max = ticks.at(-1) ?? 1
  return (
    <>
      {ticks.map((tick) => {
        // Half a pixel off, so that the line falls on one row of pixels.
        const y = Math.round(height - (tick / max) * height) + 0.5
        return (
          <g key={tick} class={tick === 0 ? 'axis axis--base' : 'axis'}>
            <line x1="0" x2={width} y1={y} y2={y} />
            <text x="-8" y={y} dy="0.32em" text-anchor="end">
              {format(tick)}
            </text>
          </g>
        )
      })}
    </>
  )
}

export interface TimeAxisProps {
  readonly timeline: Timeline
  readonly width: number
  readonly height: number
}

const PX_PER_LABEL = 72
const HALF_LABEL_PX = 22

/** Times below the plot where round steps of local time begin. */
export function TimeAxis({ timeline: { starts, ends, dates }, width, height }: TimeAxisProps) {
  const intervalMs = Math.min(...starts.map((start, at) => (ends[at] ?? start) - start))
  const ticks = toTimeTicks(starts, intervalMs, Math.floor(width / PX_PER_LABEL), dates.offsetMinutes)
  return (
    <>
      {ticks.map(({ index, time, isDay }) => {
        const x = Math.round((index / starts.length) * width) + 0.5
        const isAtEdge = x > width - HALF_LABEL_PX
        return (
          <g key={time} class={isDay ? 'axis axis--day' : 'axis'}>
            <line x1={x} x2={x} y1={height} y2={height + 4} />
            <text x={isAtEdge ? width : x} y={height + 18} text-anchor={isAtEdge ? 'end' : 'middle'}>
              {isDay ? dates.day(time) : dates.time(time)}
            </text>
          </g>
        )
      })}
    </>
  )
}
