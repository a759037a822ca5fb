import type { Alert, AlertRule } from '@wayside/protocol'
import type { Changes } from '../../state/address.ts'
import { formatChip, parseChip } from '../../state/chip.ts'

const MINUTE_MS = 60_000

/** Where to look at the requests of an alert: from a window before it to its end, of its value alone. @param now - milliseconds since 1970 */
export function toRequestChanges({ startedAt, endedAt, value }: Pick<Alert, 'startedAt' | 'endedAt' | 'value'>, { dimension, windowMinutes }: Pick<AlertRule, 'dimension' | 'windowMinutes'>, now: number): Changes {
  const from = startedAt - 2 * windowMinutes * MINUTE_MS
  const to = Math.max(from + MINUTE_MS, endedAt ?? now)
  // A value is a text here, whatever its dimension holds; that of unknown ones is `null`.
  const chip = dimension === null || value === null ? null : parseChip(formatChip({ kind: 'value', dimension, isExcluded: false, value: value === 'null' ? null : value }))
  return { period: null, from: new Date(from).toISOString(), to: new Date(to).toISOString(), f: chip === null ? [] : [formatChip(chip)] }
}
