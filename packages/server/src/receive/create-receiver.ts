import type { ApiEvent, BatchReceipt } from '@wayside/protocol'
import type { Enricher } from '../enrich/enricher.ts'
import type { NewEvent } from '../journal/journal-batch.ts'
import type { Journal } from '../journal/journal.ts'
import type { Ledger, ProducerKey } from '../ledger/ledger.ts'
import { createTurns, mapInTurns, type Turns } from '../turns.ts'
import { bookIn } from './book-in.ts'
import { OTHER, createCardinalityGuard, type CardinalityGuard } from './cardinality-guard.ts'
import type { Delivery, ProducerReport, Receiver } from './receiver.ts'
import { toNewEvent, type Admission } from './to-new-event.ts'
import { toParts } from './to-parts.ts'
import { toShedCounts } from './to-shed-counts.ts'

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

  const admissionOf = (projectId: number): Admission => {
    const method = admitOnce(methods, projectId)
    return {
      enricher,
      method: (name) => method(name) ?? name,
      route: admitOnce(routes, projectId),
      client: admitOnce(clients, projectId),
      consumer: admitOnce(consumers, projectId),
    }
  }

  function take(events: readonly ApiEvent[], delivery: Delivery): Promise<readonly NewEvent[]> {
    const admission = admissionOf(delivery.project.id)
    return mapInTurns(events, (event) => toNewEvent(event, delivery, admission), turns)
  }

  /** For clients without batch ids. */
  async function keepAll(delivery: Delivery): Promise<BatchReceipt> {
    const { project, receivedAt, stacks } = delivery
    for (const { events, isFirst } of toParts(delivery.events)) {
      const batch = { projectId: project.id, receivedAt, ...NOTHING_TOLD, stacks: isFirst ? stacks : [] }
      if (events.length > 0) await journal.append({ ...batch, events: await take(events, delivery) })
    }
    return { ack: 'durable', accepted: delivery.events.length, duplicates: 0, rejected: [] }
  }

  /** When it fails, the ledger holds those parts that are on disk. */
  async function keepNew(key: ProducerKey, delivery: Delivery, report: ProducerReport): Promise<BatchReceipt> {
    const { receivedAt } = delivery
    const admission = admissionOf(key.projectId)
    const receipts: BatchReceipt[] = []
    for (const part of toParts(delivery.events)) {
      const told = part.isFirst ? report : { ...report, droppedSeqs: [], shed: [], rejectedSeqs: [] }
      const booked = bookIn(ledger.get(key), { ...delivery, events: part.events }, told, ledger.maxRanges())
      const { entry, added, events, eventSeqs, shed, dropped, receipt } = booked
      const shedRows = shed.map((window) => toShedCounts(window, delivery, admission))
      await journal.append({
        ...key,
        receivedAt,
        ranges: added,
        seqs: { events: eventSeqs, windows: shed.map(({ seqs }, at) => ({ seqs, rows: shedRows[at]?.length ?? 0 })) },
        books: entry.books,
        shed: shedRows.flat(),
        dropped,
        stacks: part.isFirst && events.length > 0 ? delivery.stacks : [],
        events: await take(events, delivery),
      })
      ledger.put(key, entry)
      receipts.push(receipt)
    }
    return joinReceipts(receipts)
  }

  return {
    async receive(delivery) {
      const { project, producer } = delivery
      if (producer === null) return keepAll(delivery)
      const key = { projectId: project.id, producerId: producer.producerId }
      return inTurn(underWay, `${key.projectId}:${key.producerId}`, () => keepNew(key, delivery, producer))
    },
  }
}

/** Values repeat within a delivery, and the guard's checksum costs more than a look-up: each is admitted once. */
function admitOnce(guard: CardinalityGuard, projectId: number): (value: string | null) => string | null {
  const admitted = new Map<string | null, string | null>()
  return (value) => {
    const known = admitted.get(value)
    if (known !== undefined) return known
    const result = guard.admit(projectId, value)
    admitted.set(value, result)
    return result
  }
}

/** What the journal says of a client without batch ids. */
const NOTHING_TOLD = { producerId: null, ranges: [], books: null, shed: [], dropped: 0 } as const

function joinReceipts(receipts: readonly BatchReceipt[]): BatchReceipt {
  return {
    ack: 'durable',
    accepted: receipts.reduce((sum, { accepted }) => sum + accepted, 0),
    duplicates: receipts.reduce((sum, { duplicates }) => sum + duplicates, 0),
    rejected: receipts.flatMap(({ rejected }) => rejected),
  }
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
