import type { MonitorInput } from '@wayside/protocol'
import type { Database } from '../database/database.ts'
import type { CheckResult } from '../monitor/check-result.ts'
import { MONITOR_DEFAULTS } from '../monitor/monitor.ts'

/** What a monitor is made of, with what a test cares about put over it. */
export function sampleMonitor(over: Partial<MonitorInput> = {}): MonitorInput {
  return { ...MONITOR_DEFAULTS, name: 'Shop', url: 'https://shop.example.org/health', ...over }
}

/** A check that found a target well in 120 ms. */
export function sampleCheck(over: Partial<CheckResult> = {}): CheckResult {
  const timings = { dnsUs: 2_000, connectUs: 10_000, tlsUs: 20_000, firstByteUs: 80_000, totalUs: 120_000 }
  return { at: 0, state: 'up', reason: null, status: 200, timings, certificateEndsAt: null, ...over }
}

/** A project in a database without a registry. */
export async function insertProject(database: Database, name = 'shop'): Promise<number> {
  const [project] = await database.query('INSERT INTO projects (public_id, name, privacy_floor, time_zone, created_at) VALUES ($1, $1, 0, $2, 1) RETURNING id', [name, 'Asia/Kolkata'])
  return Number(project?.['id'])
}
