import type { Badge } from './to-badge.ts'
import type { PublicMonitor } from './read-status.ts'

export const BADGE_KINDS = ['status', 'uptime', 'latency'] as const
export type BadgeKind = (typeof BADGE_KINDS)[number]
/** What an uptime may be of, days. */
export const BADGE_DAYS = ['1', '7', '30', '90'] as const
export type BadgeDays = (typeof BADGE_DAYS)[number]

const STATES: Readonly<Record<PublicMonitor['state'], Pick<Badge, 'value' | 'colour'>>> = {
  up: { value: 'up', colour: 'good' },
  degraded: { value: 'degraded', colour: 'fair' },
  down: { value: 'down', colour: 'bad' },
  paused: { value: 'not checked', colour: 'unknown' },
  waiting: { value: 'unknown', colour: 'unknown' },
}
const UPTIMES = { '1': 'hours24', '7': 'days7', '30': 'days30', '90': 'days90' } as const

/** @param p50Us - half of the answers of the last day were as fast; `null` without any */
export function toMonitorBadge(monitor: PublicMonitor, kind: BadgeKind, days: BadgeDays, p50Us: number | null): Badge {
  switch (kind) {
    case 'status':
      return { label: 'status', ...(monitor.inMaintenance ? { value: 'maintenance', colour: 'unknown' as const } : STATES[monitor.state]) }
    case 'uptime': {
      const part = monitor.uptime[UPTIMES[days]]
      const label = `uptime ${days === '1' ? '24h' : `${days}d`}`
      if (part === null) return { label, value: 'unknown', colour: 'unknown' }
      // Cut, not rounded.
      return { label, value: `${(Math.floor(part * 10_000 + 1e-6) / 100).toFixed(2)}%`, colour: part >= 0.999 ? 'good' : part >= 0.99 ? 'fair' : 'bad' }
    }
    case 'latency':
      if (p50Us === null) return { label: 'response time', value: 'unknown', colour: 'unknown' }
      return { label: 'response time', value: `${Math.round(p50Us / 1_000)} ms`, colour: p50Us <= 500_000 ? 'good' : p50Us <= 2_000_000 ? 'fair' : 'bad' }
  }
}
