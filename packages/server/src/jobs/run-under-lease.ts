import type { Lease, Leases } from '../registry/leases.ts'

/** What must be done again and again, by one of several processes at a time. */
export interface Job {
  readonly name: string
  readonly everyMs: number
  /** Done again after a failure, perhaps by another process, and after a process that ended in the middle. */
  run(): Promise<void>
}

/** A job that this process does whenever no other does. */
export interface RunningJob {
  /** Waits for a run under way. */
  stop(): Promise<void>
}

export interface JobOptions {
  readonly leases: Leases
  /** Names this process. */
  readonly owner: string
  readonly warn: (message: string) => void
  /** How long a lease lasts, renewed at a third of it: after so long another goes on where a process has ended. @default 60000 */
  readonly ttlMs?: number
}

/** Runs a job each `everyMs`, in whichever process has its lease. The lease is kept between runs. */
export function runUnderLease(job: Job, { leases, owner, warn, ttlMs = 60_000 }: JobOptions): RunningJob {
  let lease: Lease | null = null
  let nextAt = 0
  let stopped = false
  let timer: NodeJS.Timeout | null = null
  let running: Promise<void> | null = null

  async function tick(): Promise<void> {
    try {
      if (lease === null || !(await leases.renew(lease, ttlMs))) lease = await leases.acquire(job.name, owner, ttlMs)
      if (lease !== null && running === null && performance.now() >= nextAt) start()
    } catch (error) {
      lease = null
      warn(`the lease of the job ${job.name} could not be asked for: ${String(error)}; it is tried again`)
    }
    if (!stopped) timer = setTimeout(() => void (ticking = tick()), Math.min(ttlMs / 3, job.everyMs)).unref()
  }

  function start(): void {
    nextAt = performance.now() + job.everyMs
    running = job
      .run()
      .catch((error: unknown) => warn(`the job ${job.name} failed: ${String(error)}; it is tried again`))
      .finally(() => (running = null))
  }

  let ticking = tick()
  return {
    async stop() {
      stopped = true
      if (timer !== null) clearTimeout(timer)
      await ticking
      await running
      // Another has it at once; a database that is away lets it end by itself.
      if (lease !== null) await leases.release(lease).catch(() => undefined)
    },
  }
}
