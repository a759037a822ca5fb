import { LIMITS, type ApiEvent, type PrivacyLevel } from '@wayside/protocol'
import type { Principal } from '../../registry/registry.ts'
import type { IntakeGate } from '../intake-gate.ts'
import type { Run } from './envelope-scanner.ts'
import { parseRun } from './parse-run.ts'
import { toEvent } from './to-event.ts'

export interface RowDelivery {
  readonly principal: Principal
  readonly framework: string
  readonly privacyLevel: PrivacyLevel
  /** Emptied as it is read, so that what has been delivered leaves the memory. */
  readonly runs: Run[]
  readonly receivedAt: number
}

export interface RowReceipt {
  readonly accepted: number
  readonly rejected: number
  /** What was wrong with the first rejected row. */
  readonly reason: string | null
}

/** Hands rows to the receiver in batches, so that a body of any size is never held as events all at once. */
export async function deliverRows(
  gate: IntakeGate,
  { principal, framework, privacyLevel, runs, receivedAt }: RowDelivery,
): Promise<RowReceipt> {
  const head = {
    privacyLevel,
    sdk: 'api-analytics',
    framework,
    environment: null,
    service: null,
    serviceVersion: null,
    instance: null,
  }
  let batch: ApiEvent[] = []
  let accepted = 0
  let rejected = 0
  let reason: string | null = null

  const send = async (): Promise<void> => {
    if (batch.length === 0) return
    const events = batch
    batch = []
    const receipt = await gate.receive(principal, { project: principal.project, head, producer: null, events, stacks: [], sentAt: null, receivedAt })
    accepted += receipt.accepted
  }

  for (let run = runs.shift(); run !== undefined; run = runs.shift()) {
    await gate.turns.next()
    for (const row of parseRun(run)) {
      const result = toEvent(row, batch.length)
      if ('event' in result) batch.push(result.event)
      else {
        rejected++
        reason ??= result.reason
      }
    }
    if (batch.length + run.rows > LIMITS.batchEvents) await send()
  }
  await send()
  return { accepted, rejected, reason }
}
