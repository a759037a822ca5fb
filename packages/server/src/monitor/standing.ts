import type { MonitorInput } from '@wayside/protocol'
import type { CheckResult } from './check-result.ts'
import type { Standing } from './monitor.ts'

/** What a check changes beside the standing: an incident opens or closes, with the first check that spoke for it. */
export type IncidentChange = { readonly kind: 'open'; readonly since: number } | { readonly kind: 'close'; readonly since: number } | null

/**
 * Where a monitor stands after a check. An incident opens after so many failures in a row and closes after so many
 * successes; a check during maintenance says nothing of either, and interrupts the row.
 */
export function toStanding(
  before: Standing,
  { state, reason, at }: Pick<CheckResult, 'state' | 'reason' | 'at'>,
  { failuresToOpen, successesToClose }: Pick<MonitorInput, 'failuresToOpen' | 'successesToClose'>,
  inMaintenance: boolean,
): { readonly standing: Omit<Standing, 'incidentId'>; readonly change: IncidentChange } {
  const seen = { state, reason, checkedAt: at }
  if (inMaintenance) return { standing: { ...seen, streak: 0, streakSince: null }, change: null }
  const step = state === 'down' ? -1 : 1
  const goesOn = before.streak * step > 0 && before.streakSince !== null
  const streak = goesOn ? before.streak + step : step
  const since = goesOn && before.streakSince !== null ? before.streakSince : at
  const isOpen = before.incidentId !== null
  const change: IncidentChange =
    !isOpen && -streak >= failuresToOpen ? { kind: 'open', since } : isOpen && streak >= successesToClose ? { kind: 'close', since } : null
  return { standing: { ...seen, streak, streakSince: since }, change }
}

/** Whether the next checks decide if an incident opens or closes: they are made sooner. */
export function isUndecided({ streak, incidentId }: Pick<Standing, 'streak' | 'incidentId'>): boolean {
  return incidentId === null ? streak < 0 : streak > 0
}
