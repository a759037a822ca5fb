import type { MonitorState } from '@wayside/protocol'

/** A stretch of time, [from, to), milliseconds since 1970. */
export interface Span {
  readonly from: number
  readonly to: number
}

/** Time by what it was known to be, milliseconds. */
export interface Coverage {
  readonly upMs: number
  readonly degradedMs: number
  readonly downMs: number
  /** Planned: it counts for nothing. */
  readonly maintenanceMs: number
}

export const NO_COVERAGE: Coverage = Object.freeze({ upMs: 0, degradedMs: 0, downMs: 0, maintenanceMs: 0 })
export const HOUR_MS = 3_600_000
/** A check stands for the time up to the next one, and no longer than this many intervals: after that nobody knows. */
const MAX_INTERVALS = 1.5

/** The time that a check stands for. */
export function toCovered(checkedAt: number, until: number, intervalMs: number): Span {
  return { from: checkedAt, to: Math.max(checkedAt, Math.min(until, checkedAt + MAX_INTERVALS * intervalMs)) }
}

/** What a stretch in one state adds to each hour that it touches, windows of maintenance left out of the state. Windows may overlap. */
export function toHours(span: Span, state: MonitorState, maintenance: readonly Span[]): ReadonlyMap<number, Coverage> {
  const hours = new Map<number, Coverage>()
  if (span.to <= span.from) return hours
  for (let hour = Math.floor(span.from / HOUR_MS) * HOUR_MS; hour < span.to; hour += HOUR_MS) {
    const part = { from: Math.max(span.from, hour), to: Math.min(span.to, hour + HOUR_MS) }
    const maintenanceMs = lengthOf(part, maintenance)
    hours.set(hour, { ...NO_COVERAGE, maintenanceMs, [KEYS[state]]: part.to - part.from - maintenanceMs })
  }
  return hours
}

export function addCoverage(one: Coverage, other: Coverage): Coverage {
  return {
    upMs: one.upMs + other.upMs,
    degradedMs: one.degradedMs + other.degradedMs,
    downMs: one.downMs + other.downMs,
    maintenanceMs: one.maintenanceMs + other.maintenanceMs,
  }
}

/** The part of the known time in which it was not down, 0 to 1; `null` where nothing is known. */
export function uptimeOf({ upMs, degradedMs, downMs }: Coverage): number | null {
  const knownMs = upMs + degradedMs + downMs
  return knownMs === 0 ? null : (upMs + degradedMs) / knownMs
}

/** Whether an instant lies in one of the windows. */
export function isWithin(instant: number, windows: readonly Span[]): boolean {
  return windows.some(({ from, to }) => from <= instant && instant < to)
}

const KEYS = { up: 'upMs', degraded: 'degradedMs', down: 'downMs' } as const

/** How much of a stretch lies in windows. */
function lengthOf(span: Span, windows: readonly Span[]): number {
  let length = 0
  let reached = span.from
  for (const { from, to } of windows.toSorted((a, b) => a.from - b.from)) {
    const start = Math.max(from, reached)
    const end = Math.min(to, span.to)
    if (end <= start) continue
    length += end - start
    reached = end
  }
  return length
}
