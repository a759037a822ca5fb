import type { MonitorInput } from '@wayside/protocol'
import { isExpected } from './expected-status.ts'
import type { Judgement, Observation } from './check-result.ts'

const DAY_MS = 86_400_000

/** What an observation means for a monitor. */
export function judge(settings: Pick<MonitorInput, 'expectedStatus' | 'body' | 'slowMs' | 'certificateDays'>, observation: Observation): Judgement {
  if (observation.kind === 'failure') return { state: 'down', reason: observation.reason }
  const { status, bodyHolds, timings, certificateEndsAt, at } = observation
  if (!isExpected(settings.expectedStatus, status)) return { state: 'down', reason: `it answered with status ${status}` }
  if (!bodyHolds) return { state: 'down', reason: `the body ${BODY_FAULTS[settings.body?.rule ?? 'contains']}` }
  const certificateDays = certificateEndsAt === null ? null : Math.floor((certificateEndsAt - at) / DAY_MS)
  if (settings.certificateDays !== null && certificateDays !== null && certificateDays < settings.certificateDays)
    return { state: 'degraded', reason: `its certificate ends in ${certificateDays} ${certificateDays === 1 ? 'day' : 'days'}` }
  if (settings.slowMs !== null && timings.totalUs > settings.slowMs * 1_000) return { state: 'degraded', reason: `it took ${Math.round(timings.totalUs / 1_000)} ms, more than ${settings.slowMs} ms` }
  return { state: 'up', reason: null }
}

const BODY_FAULTS = { contains: 'lacks the text', lacks: 'has the text', matches: 'does not match the pattern' } as const
