import type { MonitorReport } from '@wayside/protocol'
import { useDashboard } from '../../state/use-dashboard.ts'
import { describeDay, formatUptime, toDayTone } from './uptime-words.ts'

const HEIGHT = 28
const STEP = 4
const WIDTH = 3

/** The last 90 days, a bar each. */
export function DayBars({ name, days, uptime }: Pick<MonitorReport, 'name' | 'days' | 'uptime'>) {
  const { dates } = useDashboard()
  return (
    <svg
      class="uptime__bars"
      role="img"
      aria-label={`${name}, the last ${days.length} days: ${formatUptime(uptime.days90)} up`}
      viewBox={`0 0 ${days.length * STEP - 1} ${HEIGHT}`}
      preserveAspectRatio="none"
    >
      {days.map((day, at) => (
        <rect key={day.time} class={`uptime--${toDayTone(day)}`} x={at * STEP} width={WIDTH} height={HEIGHT}>
          <title>{`${dates.value.day(day.time)}: ${describeDay(day)}`}</title>
        </rect>
      ))}
    </svg>
  )
}
