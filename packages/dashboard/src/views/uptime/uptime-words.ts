import type { CoveredMs, MonitorCheck, MonitorReport } from '@wayside/protocol'
import { formatDuration } from '../../format/duration.ts'
import { NOTHING } from '../../format/number.ts'

/** How a target does, as a word and as a tone. */
export interface StateWord {
  readonly word: string
  readonly tone: 'up' | 'degraded' | 'down' | 'none'
}

const WORDS = { up: 'Up', degraded: 'Degraded', down: 'Down' } as const

export function toStateWord({ paused, inMaintenance, state }: Pick<MonitorReport, 'paused' | 'inMaintenance' | 'state'>): StateWord {
  if (paused) return { word: 'Paused', tone: 'none' }
  if (inMaintenance) return { word: 'Maintenance', tone: 'none' }
  return state === null ? { word: 'Not checked yet', tone: 'none' } : { word: WORDS[state], tone: state }
}

/** A part as percent with two decimals: cut, not rounded, so that what was down for a second is not 100 %. */
export function formatUptime(part: number | null): string {
  return part === null ? NOTHING : `${(Math.floor(part * 10_000 + 1e-6) / 100).toFixed(2)}%`
}

/** A minute a day is a slip, more is a day on which it was down. */
const SLIP_MS = 60_000

/** How a day is drawn. */
export function toDayTone({ upMs, degradedMs, downMs }: CoveredMs): StateWord['tone'] {
  if (downMs > SLIP_MS) return 'down'
  if (downMs > 0 || degradedMs > SLIP_MS) return 'degraded'
  return upMs + degradedMs > 0 ? 'up' : 'none'
}

/** A day in words. */
export function describeDay({ upMs, degradedMs, downMs, maintenanceMs }: CoveredMs): string {
  const knownMs = upMs + degradedMs + downMs
  if (knownMs === 0) return maintenanceMs > 0 ? 'maintenance' : 'not checked'
  const down = downMs > 0 ? `, down for ${formatDuration(downMs)}` : ''
  return `${formatUptime((upMs + degradedMs) / knownMs)} up${down}`
}

/** What a check found, in one line. */
export function describeCheck({ state, reason, status, totalUs }: Pick<MonitorCheck, 'state' | 'reason' | 'status' | 'totalUs'>): string {
  const answer = status === null ? '' : `status ${status} after ${formatDuration(totalUs / 1_000)}`
  const why = reason === null ? '' : `because ${reason}`
  return [WORDS[state], ...[answer, why].filter((part) => part !== '')].join(', ')
}
