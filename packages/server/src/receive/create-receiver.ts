import type { ApiEvent, RejectedEvent } from '@wayside/protocol'
import type { Enricher } from '../enrich/enricher.ts'
import type { NewEvent } from '../journal/journal-batch.ts'
import type { Journal } from '../journal/journal.ts'
import { toRanges } from '../ledger/interval-set.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { createTurns, mapInTurns, type Turns } from '../turns.ts'
import { OTHER, createCardinalityGuard } from './cardinality-guard.ts'
import type { Delivery, Receiver } from './receiver.ts'
import { toNewEvent, type Admission } from './to-new-event.ts'

export interface ReceiverOptions {
  readonly journal: Pick<Journal, 'append'>
  readonly ledger: Ledger
  readonly enricher: Enricher
  /** How long work shares the event loop. @default turns of its own */
  readonly turns?: Turns
  /** Milliseconds since 1970. @default Date.now */
  readonly now?: () => number
  /** Told what an operator should know. @default nobody is told */
  readonly warn?: (message: string) => void
}

/** A producer counts its events one by one: one that is further ahead has made the number up. */
const MAX_SEQ_JUMP = 2 ** 32

/** Encoding a batch for the journal is one piece of work: what is larger is journaled in parts, each as a whole. */
const EVENTS_PER_PART = 500

/** Different values that a project may bring into the rollups in a day; more are a mistake or an attack. */
const MAX_VALUES = {
  methods: 64,
  /** Templates, of which a project has hundreds. */
  routes: 2_000,
  clients: 500,
  consumers: 100_000,
} as const

export function createReceiver({ journal, ledger, enricher, turns = createTurns(), now = Date.now, warn = () => undefined }: ReceiverOptions): Receiver {
  /** The last delivery under way of each producer: a second copy waits here until the first is on disk, or is not. */
  const underWay = new Map<string, Promise<unknown>>()

  const guard = (member: keyof typeof MAX_VALUES) =>
    createCardinalityGuard({
      maxValues: MAX_VALUES[member],
      now,
      onFull: (projectId) =>
        warn(`project ${projectId} has brought more than ${MAX_VALUES[member]} different ${member} today; new ones count as ${OTHER} until tomorrow`),
    })
  const [methods, routes, clients, consumers] = [guard('methods'), guard('routes'), guard('clients'), guard('consumers')]

  function take(events: readonly ApiEvent[], delivery: Delivery): Promise<readonly NewEvent[]> {
    const { id } = delivery.project
    const admission: Admission = {
      enricher,
      method: (method) => methods.admit(id, method) ?? method,
      route: (route) => routes.admit(id, route),
      client: (client) => clients.admit(id, client),
      consumer: (consumer) => consumers.admit(id, consumer),
    }
    return mapInTurns(events, (event) => toNewEvent(event, delivery, admission), turns)
  }

  /** Resolves when all of the events are on disk. When it fails, the ledger holds those parts that are. */
  async function keep(events: readonly ApiEvent[], delivery: Delivery): Promise<void> {
    const { project, head, receivedAt } = delivery
    const { producerId } = head
    for (let from = 0; from < events.length; from += EVENTS_PER_PART) {
      const part = events.slice(from, from + EVENTS_PER_PART)
      const ranges = producerId === null ? [] : toRanges(part.map(({ seq }) => seq))
      const stacks = from === 0 ? delivery.stacks : []
      await journal.append({ projectId: project.id, producerId, ranges, receivedAt, stacks, events: await take(part, delivery) })
      if (producerId !== null) ledger.add({ projectId: project.id, producerId }, ranges, receivedAt)
    }
  }

  return {
    async receive(delivery) {
      const { project, head, events } = delivery
      const { producerId } = head
      if (producerId === null) {
        await keep(events, delivery)
        return { ack: 'durable', accepted: events.length, duplicates: 0, rejected: [] }
      }

      const producer = { projectId: project.id, producerId }
      return inTurn(underWay, `${project.id}:${producerId}`, async () => {
        const last = ledger.last(producer) ?? events[0]?.seq ?? 0
        const [near, rejected] = splitAt(events, last + MAX_SEQ_JUMP)
        const fresh = takeFresh(near, (seq) => ledger.has(producer, seq))
        await keep(fresh, delivery)
        return { ack: 'durable', accepted: fresh.length, duplicates: near.length - fresh.length, rejected: rejected.map(toRejection) }
      })
    },
  }
}

function splitAt(events: readonly ApiEvent[], lastSeq: number): readonly [readonly ApiEvent[], readonly ApiEvent[]] {
  return [events.filter(({ seq }) => seq <= lastSeq), events.filter(({ seq }) => seq > lastSeq)]
}

function toRejection({ seq }: ApiEvent): RejectedEvent {
  return { seq, field: 'seq', reason: `must be at most ${MAX_SEQ_JUMP} ahead of the producer's last` }
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
