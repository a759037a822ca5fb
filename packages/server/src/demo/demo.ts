import { EMPTY_BOOKS } from '@wayside/protocol'
import type { Receiver } from '../receive/receiver.ts'
import type { Uses } from '../registry/gather-uses.ts'
import type { Project, Registry } from '../registry/registry.ts'
import type { Store } from '../store/store.ts'
import { DAY_MS, toMadeDay } from './made-day.ts'

/** What stands in the place of a key, for everybody. It reads, and changes nothing. */
export const DEMO_KEY = 'demo'
/** The project that is shown: nobody would call one of their own so. */
const NAME = 'Wayside demo'
/** So many days are made up when there are none, the day that goes on among them. */
const DAYS = 30
/** A page that compares a month with the one before finds both. */
const KEPT_DAYS = 62
const BATCH = 500

/** A project of made-up requests that everybody may look at. */
export interface Demo {
  /** `null` until it has been made. */
  project(): Promise<Project | null>
  /** Adds the requests of the time up to now that are not there yet. To be called again and again. */
  fill(): Promise<void>
}

export interface DemoOptions {
  readonly registry: Pick<Registry, 'findProject' | 'createProject'>
  readonly receiver: Receiver
  readonly store: Pick<Store, 'list'>
  readonly visits: Pick<Uses<number>, 'note'>
  /** Moves what is acknowledged into the store. */
  readonly drain: () => Promise<void>
  /** Milliseconds since 1970. */
  readonly now: () => number
}

export function createDemo({ registry, receiver, store, visits, drain, now }: DemoOptions): Demo {
  /** Up to when all is there, milliseconds since 1970; `null` until it was looked for. */
  let filledTo: number | null = null

  async function newestOf(projectId: number, to: number): Promise<number> {
    await drain()
    const [newest] = await store.list({ projectId, filters: { to }, order: 'newest', limit: 1, after: null, offset: 0 })
    return newest?.time ?? -Infinity
  }

  return {
    project: () => registry.findProject(NAME),
    async fill() {
      const { id, privacyFloor } = (await registry.findProject(NAME)) ?? (await registry.createProject({ name: NAME, eventDays: KEPT_DAYS, rollupDays: KEPT_DAYS }))
      // Nobody is told that nobody uses it.
      visits.note(id, now())
      const to = now()
      const today = Math.floor(to / DAY_MS)
      const from: number = Math.max(filledTo ?? (await newestOf(id, to)), (today - DAYS + 1) * DAY_MS - 1)
      for (let day = Math.floor((from + 1) / DAY_MS); day <= today; day++) {
        const { producerId, serviceVersion, events, stacks } = toMadeDay(day)
        const wanted = events.filter(({ time }) => time > from && time <= to)
        for (let at = 0; at < wanted.length; at += BATCH) {
          const batch = wanted.slice(at, at + BATCH)
          const [captured, settledBefore] = [(batch.at(-1)?.seq ?? -1) + 1, batch[0]?.seq ?? 0]
          await receiver.receive({
            project: { id, privacyFloor },
            head: { privacyLevel: 0, sdk: '@wayside/express/1.0.0', framework: 'express', environment: 'production', service: 'bicycles', serviceVersion, instance: 'bicycles-1' },
            producer: {
              ...{ producerId, droppedSeqs: [], shed: [], rejectedSeqs: [], ambiguous: false, shared: false },
              books: { ...EMPTY_BOOKS, captured, settledBefore, closed: captured === events.length },
            },
            events: batch,
            stacks: batch.some(({ errorFingerprint }) => errorFingerprint !== null) ? stacks : [],
            sentAt: null,
            receivedAt: to,
          })
        }
      }
      filledTo = to
    },
  }
}
