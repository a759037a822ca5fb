import type { Database } from '../database/database.ts'
import { createAddressGuard } from '../outbound/address-guard.ts'
import { createResolveHost } from '../outbound/resolve-host.ts'
import { createMaintenance, type Maintenance } from '../registry/maintenance.ts'
import { createMonitorHistory, type MonitorHistory } from '../registry/monitor-history.ts'
import { createMonitors, type Monitors } from '../registry/monitors.ts'
import { createStatusPages, type StatusPages } from '../registry/status-pages.ts'
import { createChecker, type Check } from './checker.ts'

/** All that has to do with monitors. */
export interface Monitoring {
  readonly monitors: Monitors
  readonly history: MonitorHistory
  readonly maintenance: Maintenance
  readonly pages: StatusPages
  readonly check: Check
}

export interface MonitoringOptions {
  /** Private addresses, networks and hosts that may be checked. */
  readonly privateTargets: readonly string[]
  /** Milliseconds since 1970. */
  readonly now: () => number
  readonly monotonicMs: () => number
}

export function createMonitoring(database: Database, { privateTargets, now, monotonicMs }: MonitoringOptions): Monitoring {
  return {
    monitors: createMonitors(database, now),
    history: createMonitorHistory(database),
    maintenance: createMaintenance(database),
    pages: createStatusPages(database),
    check: createChecker({ guard: createAddressGuard(privateTargets), resolve: createResolveHost(), now, monotonicMs }),
  }
}
