import type { Log } from '../log/log.ts'
import type { ErasureRecord, Erasures } from '../registry/erasures.ts'
import { toNamingFilter, type NamedConsumer } from '../store/named-consumer.ts'
import type { Store } from '../store/store.ts'
import { hideConsumers } from './hide-consumers.ts'

/** Forgets consumers: out of answers at once, out of all that is stored by a job. */
export interface ConsumerErasure {
  /** The store as answers may see it. */
  readonly answers: Store
  /** Resolves once no answer of this server shows the consumer. Its events are removed in the background. */
  erase(projectId: number, consumer: NamedConsumer): Promise<ErasureRecord>
  /** Those of a project whose name is still known. */
  list(projectId: number): Promise<readonly ErasureRecord[]>
  /** Learns what other processes were asked to forget. */
  refresh(): Promise<void>
  /** Ends what was begun, and removes what came late. To be called again and again. */
  resume(): Promise<void>
  close(): Promise<void>
}

export interface ConsumerErasureOptions {
  readonly erasures: Erasures
  readonly store: Store
  /** Moves what is acknowledged into the store. */
  readonly drain: () => Promise<void>
  /** Removes the files of a project that may hold what is to go. */
  readonly forgetFiles: (projectId: number) => Promise<void>
  /** Removes alerts that name a consumer. */
  readonly forgetAlerts: (projectId: number, consumer: string) => Promise<void>
  readonly log: Log
  /** Milliseconds since 1970. */
  readonly now: () => number
}

/** So long after it was asked for, events from before may still arrive: apps keep them as long while they reach no server. */
const LATE_MS = 86_400_000

export async function createConsumerErasure({ erasures, store, drain, forgetFiles, forgetAlerts, log, now }: ConsumerErasureOptions): Promise<ConsumerErasure> {
  let hidden: readonly ErasureRecord[] = []
  let running: Promise<void> | null = null
  let askedAgain = false
  let close: (word: 'closed') => void = () => undefined
  const closed = new Promise<'closed'>((resolve) => (close = resolve))

  async function refresh(): Promise<void> {
    hidden = (await erasures.list()).filter(({ doneAt }) => doneAt === null)
  }

  async function remove(record: ErasureRecord): Promise<void> {
    const { projectId, kind, consumer, askedAt, doneAt } = record
    const isLeft = async () => {
      const filters = { to: askedAt, where: toNamingFilter(record) }
      return (await store.list({ projectId, filters, order: 'oldest', limit: 1, after: null, offset: 0 })).length > 0
    }
    if (doneAt === null || (await isLeft())) {
      // Events that wait in the journal would come back after the store has forgotten the consumer.
      if ((await Promise.race([drain(), closed])) === 'closed') return
      const { events } = await store.prune({ projectId, consumer: { kind, consumer, before: askedAt } })
      await forgetFiles(projectId)
      await forgetAlerts(projectId, consumer)
      await erasures.done(record, events)
      // Not the name: the log is kept for longer.
      log.info('removed what named a consumer', { projectId, kind, events })
    }
    if (doneAt !== null && now() - askedAt > LATE_MS) await erasures.forget(record)
  }

  async function run(): Promise<void> {
    do {
      askedAgain = false
      for (const record of await erasures.list()) {
        await remove(record).catch((error: unknown) => log.warn('could not end the removal of a consumer; it is tried again', { projectId: record.projectId, error }))
      }
      await refresh()
    } while (askedAgain)
  }

  function resume(): Promise<void> {
    askedAgain = true
    running ??= run().finally(() => (running = null))
    return running
  }

  await refresh()
  return {
    answers: hideConsumers(store, (projectId) => hidden.filter((record) => record.projectId === projectId)),
    async erase(projectId, consumer) {
      const record = await erasures.ask(projectId, consumer)
      await refresh()
      await forgetFiles(projectId)
      void resume().catch((error: unknown) => log.warn('could not begin the removal of a consumer; it is tried again', { projectId, error }))
      return record
    },
    list: async (projectId) => (await erasures.list()).filter((record) => record.projectId === projectId),
    refresh,
    resume,
    async close() {
      close('closed')
      await running?.catch(() => undefined)
    },
  }
}
