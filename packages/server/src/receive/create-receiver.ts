import type { ApiEvent } from '@wayside/protocol'
import type { Enricher } from '../enrich/enricher.ts'
import type { NewEvent } from '../journal/journal-batch.ts'
import type { Journal } from '../journal/journal.ts'
import { toRanges } from '../ledger/interval-set.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { createCardinalityGuard } from './cardinality-guard.ts'
import type { Delivery, Receiver } from './receiver.ts'
import { toNewEvent, type Admission } from './to-new-event.ts'

export interface ReceiverOptions {
  readonly journal: Pick<Journal, 'append'>
  readonly ledger: Ledger
  readonly enricher: Enricher
}

/** Routes are templates, so a project has hundreds; more are concrete paths by mistake, or an attack. */
const MAX_ROUTES = 2_000
const MAX_CLIENTS = 500

export function createReceiver({ journal, ledger, enricher }: ReceiverOptions): Receiver {
  /** The last delivery under way of each producer: a second copy waits here until the first is on disk, or is not. */
  const underWay = new Map<string, Promise<unknown>>()

  const routes = createCardinalityGuard(MAX_ROUTES)
  const clients = createCardinalityGuard(MAX_CLIENTS)

  function take(events: readonly ApiEvent[], delivery: Delivery): readonly NewEvent[] {
    const { id } = delivery.project
    const admission: Admission = { enricher, route: (route) => routes.admit(id, route), client: (client) => clients.admit(id, client) }
    return events.map((event) => toNewEvent(event, delivery, admission))
  }

  return {
    async receive(delivery) {
      const { project, head, events, stacks, receivedAt } = delivery
      const { producerId } = head
      if (producerId === null) {
        const all = take(events, delivery)
        if (all.length > 0) await journal.append({ projectId: project.id, producerId, ranges: [], receivedAt, stacks, events: all })
        return { ack: 'durable', accepted: all.length, duplicates: 0, rejected: [] }
      }

      const producer = { projectId: project.id, producerId }
      return inTurn(underWay, `${project.id}:${producerId}`, async () => {
        const fresh = takeFresh(events, (seq) => ledger.has(producer, seq))
        if (fresh.length > 0) {
          const ranges = toRanges(fresh.map((event) => event.seq))
          const all = take(fresh, delivery)
          await journal.append({ projectId: project.id, producerId, ranges, receivedAt, stacks, events: all })
          ledger.add(producer, ranges, receivedAt)
        }
        return { ack: 'durable', accepted: fresh.length, duplicates: events.length - fresh.length, rejected: [] }
      })
    },
  }
}

/** In ascending order of seq, each once. */
function takeFresh(events: readonly ApiEvent[], isTaken: (seq: number) => boolean): readonly ApiEvent[] {
  let last = -1
  return events.filter(({ seq }) => {
    if (seq <= last || isTaken(seq)) return false
    last = seq
    return true
  })
}

async function inTurn<Result>(turns: Map<string, Promise<unknown>>, key: string, work: () => Promise<Result>): Promise<Result> {
  const before = turns.get(key) ?? Promise.resolve()
  const mine = before.then(work, work)
  turns.set(key, mine)
  try {
    return await mine
  } finally {
    if (turns.get(key) === mine) turns.delete(key)
  }
}
