import type { Readiness } from './http/services.ts'
import { BackPressure } from './journal/back-pressure.ts'
import type { Lag } from './load/loader.ts'
import type { Receiver } from './receive/receiver.ts'

/** Watches whether the server can do its work. */
export interface ReadinessWatch {
  /** The receiver to use: its refusals are remembered for as long as senders are told to wait. `null` for a process without. */
  readonly receiver: Receiver | null
  readiness(): Readiness
  /** From now on the server is not ready: it stops. */
  stop(): void
}

export interface ReadinessOptions {
  /** `null` for a process that takes no events. */
  readonly intake: { readonly receiver: Receiver; readonly lag: () => Lag } | null
  readonly storeFault: () => string | null
  readonly alarms: () => readonly string[]
  /** Milliseconds since 1970. */
  readonly now: () => number
}

/** Events that wait longer than this for the store are a fault to tell, not a wave of traffic. */
const MAX_LAG_MS = 60_000

export function watchReadiness({ intake, storeFault, alarms, now }: ReadinessOptions): ReadinessWatch {
  let stopping = false
  let refusal: { readonly reason: string; readonly until: number } | null = null

  const loaderFault = (lag: () => Lag): string | null => {
    const { ageMs, error } = lag()
    return error ?? (ageMs > MAX_LAG_MS ? `${Math.round(ageMs / 1_000)} s of events wait for the store` : null)
  }

  const watched = (receiver: Receiver): Receiver => ({
    async receive(delivery) {
      try {
        const receipt = await receiver.receive(delivery)
        refusal = null
        return receipt
      } catch (error) {
        if (error instanceof BackPressure) refusal = { reason: error.message, until: now() + error.retryAfterMs }
        throw error
      }
    },
  })

  return {
    receiver: intake === null ? null : watched(intake.receiver),
    readiness() {
      const checks = {
        server: stopping ? 'stopping' : 'ok',
        ...(intake !== null && {
          journal: refusal !== null && now() < refusal.until ? refusal.reason : 'ok',
          loader: loaderFault(intake.lag) ?? 'ok',
        }),
        store: storeFault() ?? 'ok',
      }
      return { ready: Object.values(checks).every((check) => check === 'ok'), checks, alarms: alarms() }
    },
    stop: () => {
      stopping = true
    },
  }
}
