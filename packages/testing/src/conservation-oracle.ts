/** What is known about a run with faults, after the faults have stopped and everything had its time to drain. */
export interface Run {
  readonly producers: readonly ProducerRecord[]
  /** Everything that the store holds, copies included. */
  readonly stored: readonly StoredRecord[]
  /** Numbers of the events, by producer, for which the collector answered that it holds them. */
  readonly acked: ReadonlyMap<string, ReadonlySet<number>>
  /** What the collector's report counts, shed events included. */
  readonly reported: number
  /** The collector's own account by producer, of all that it has heard of; `null` where it was not asked. */
  readonly accounts: ReadonlyMap<string, CollectorBooks> | null
  /** What a producer handed in under a number. */
  readonly payloadOf: (producer: string, number: number) => string
  readonly drain: { readonly ms: number; readonly withinMs: number }
  readonly hostLimits: { readonly rssGrowthMib: number; readonly stallMs: number }
}

/** One start of one process. It numbers its events from 0. */
export interface ProducerRecord {
  readonly name: string
  /** Events captured for certain. */
  readonly captured: number
  /** More than `captured` only for a process that was killed while it captured. */
  readonly capturedAtMost: number
  /** Drops by reason, as the producer counted them. */
  readonly dropped: Readonly<Record<string, number>>
  /** How many of the drops still count in the collector's report, and at most where its end cut the telling short. */
  readonly shed: number
  readonly shedAtMost: number
  readonly pending: number
  /** Events that may be missing without a count: what the promise table allows for the way in which it ended. */
  readonly mayMiss: number
  /** It ended when all was well: the collector must know everything of it. */
  readonly toldAll: boolean
  readonly host: HostRecord
}

/** The collector's own account of a producer: what was captured, and the seven places where that can be. */
export interface CollectorBooks {
  readonly captured: number
  readonly stored: number
  readonly shed: number
  readonly dropped: number
  readonly rejected: number
  readonly elsewhere: number
  readonly lost: number
  readonly pending: number
}

/** What the process with the SDK in it felt. */
export interface HostRecord {
  /** Such as `exit 0` or `SIGKILL`. */
  readonly ended: string
  readonly shouldEnd: string
  /** Exceptions and rejections that reached the process. */
  readonly faults: readonly string[]
  readonly rssGrowthMib: number
  /** The longest time for which its event loop stood still, where nobody had stopped the process. */
  readonly longestStallMs: number
}

export interface StoredRecord {
  readonly producer: string
  readonly number: number
  readonly payload: string
}

/** What every run must keep. */
export type Invariant =
  | 'I1 no acknowledged loss'
  | 'I2 at most one copy'
  | 'I3 nothing unknown or altered'
  | 'I4 the books balance'
  | 'I5 all settles after the faults'
  | 'I6 the host is unaffected'

export interface Violation {
  readonly invariant: Invariant
  readonly producer: string
  readonly what: string
}

/** One producer's line in the printed books. */
export interface BooksLine {
  readonly producer: string
  readonly captured: number
  readonly stored: number
  readonly acked: number
  readonly dropped: number
  readonly shed: number
  readonly pending: number
  /** Captured for certain, yet neither stored, dropped nor pending. */
  readonly missing: number
  readonly mayMiss: number
}

export interface Verdict {
  /** None when the run was clean. */
  readonly violations: readonly Violation[]
  readonly books: readonly BooksLine[]
}

/** Judges a run: every captured event is stored once, dropped and counted, or pending, and no host noticed. */
export function judge(run: Run): Verdict {
  const copies = countCopies(run.stored)
  const books = run.producers.map((producer) => toBooksLine(producer, copies.get(producer.name), run.acked.get(producer.name)))
  const violations = [
    ...run.producers.flatMap((producer) => {
      const found: [Invariant, string | null][] = [
        ['I1 no acknowledged loss', findLost(run.acked.get(producer.name), copies.get(producer.name))],
        ['I2 at most one copy', findTwice(copies.get(producer.name))],
        ['I4 the books balance', findImbalance(producer, copies.get(producer.name)?.size ?? 0)],
        ['I4 the books balance', run.accounts && findMisjudgement(producer, run.accounts.get(producer.name), copies.get(producer.name)?.size ?? 0)],
        ['I5 all settles after the faults', producer.pending === 0 ? null : `${producer.pending} events are still pending`],
        ...findHostFaults(producer.host, run.hostLimits).map((what): [Invariant, string] => ['I6 the host is unaffected', what]),
      ]
      return found.flatMap(([invariant, what]) => (what === null ? [] : [{ invariant, producer: producer.name, what }]))
    }),
    ...findStrangers(run),
    ...findReportFault(run, copies),
  ]
  const late = run.drain.ms > run.drain.withinMs
  if (late) violations.push(ofAll('I5 all settles after the faults', `draining took ${run.drain.ms} ms, ${run.drain.withinMs} are allowed`))
  return { violations, books }
}

/** Copies of each event, by producer and number. */
type Copies = ReadonlyMap<string, ReadonlyMap<number, number>>

function countCopies(stored: readonly StoredRecord[]): Copies {
  const copies = new Map<string, Map<number, number>>()
  for (const { producer, number } of stored) {
    const own = copies.get(producer) ?? new Map<number, number>()
    copies.set(producer, own.set(number, (own.get(number) ?? 0) + 1))
  }
  return copies
}

function toBooksLine(producer: ProducerRecord, copies: ReadonlyMap<number, number> | undefined, acked: ReadonlySet<number> | undefined): BooksLine {
  const { name, captured, shed, pending, mayMiss } = producer
  const stored = copies?.size ?? 0
  const dropped = sum(producer.dropped)
  return { producer: name, captured, stored, acked: acked?.size ?? 0, dropped, shed, pending, missing: Math.max(0, captured - stored - dropped - pending), mayMiss }
}

function findLost(acked: ReadonlySet<number> = new Set(), copies: ReadonlyMap<number, number> = new Map()): string | null {
  return describe([...acked].filter((number) => !copies.has(number)), 'were acknowledged and are not stored')
}

function findTwice(copies: ReadonlyMap<number, number> = new Map()): string | null {
  return describe([...copies].filter(([, count]) => count > 1).map(([number]) => number), 'are stored more than once')
}

/** Drops of events whose delivery was under way: the collector may have taken them without the producer's knowing. */
const UNCERTAIN_DROPS: readonly string[] = ['expired', 'shutdown_timeout']

function findImbalance(producer: ProducerRecord, stored: number): string | null {
  const { captured, capturedAtMost, dropped, pending, mayMiss } = producer
  const uncertain = UNCERTAIN_DROPS.reduce((total, reason) => total + (dropped[reason] ?? 0), 0)
  const least = captured - sum(dropped) - pending - mayMiss
  const most = capturedAtMost - (sum(dropped) - uncertain) - pending
  if (stored < least) return `${least - stored} events are neither stored, dropped nor pending`
  if (stored > most) return `${stored - most} events are stored although they were dropped, pending or never captured`
  return null
}

/** The collector says of a producer what is so: no event twice, none missing, and no loss that was none. */
function findMisjudgement({ captured, capturedAtMost, dropped, toldAll }: ProducerRecord, account: CollectorBooks | undefined, stored: number): string | null {
  if (account === undefined) return stored === 0 ? null : `the collector has never heard of it and holds ${stored} of its events`
  const { captured: told, ...places } = account
  if (told !== sum(places)) return `the collector says ${told} captured and accounts for ${sum(places)}`
  if (places.stored !== stored) return `the collector says ${places.stored} stored, ${stored} are`
  if (told > capturedAtMost) return `the collector says ${told} captured, ${capturedAtMost} were`
  if (places.lost > Math.max(0, capturedAtMost - stored - sum(dropped))) return `the collector says ${places.lost} lost that are not`
  if (toldAll && (told !== captured || places.lost > 0 || places.pending > 0))
    return `the collector says ${told} captured, ${places.lost} lost and ${places.pending} pending, though it was told all of ${captured}`
  return null
}

function findHostFaults(host: HostRecord, limits: Run['hostLimits']): string[] {
  return [
    ...(host.ended === host.shouldEnd ? [] : [`the process ended with ${host.ended} instead of ${host.shouldEnd}`]),
    ...host.faults.map((fault) => `reached the process: ${fault}`),
    ...(host.rssGrowthMib > limits.rssGrowthMib ? [`memory grew by ${host.rssGrowthMib} MiB, ${limits.rssGrowthMib} are allowed`] : []),
    ...(host.longestStallMs > limits.stallMs ? [`the event loop stood still for ${host.longestStallMs} ms, ${limits.stallMs} are allowed`] : []),
  ]
}

function findStrangers({ producers, stored, payloadOf }: Run): Violation[] {
  const captured = new Map(producers.map(({ name, capturedAtMost }) => [name, capturedAtMost]))
  const isKnown = ({ producer, number }: StoredRecord) => number >= 0 && number < (captured.get(producer) ?? 0)
  const unknown = stored.filter((record) => !isKnown(record))
  const altered = stored.filter((record) => isKnown(record) && payloadOf(record.producer, record.number) !== record.payload)
  return [...strangers(unknown, 'are stored and were never captured'), ...strangers(altered, 'are stored with another content')]
}

function strangers(records: readonly StoredRecord[], what: string): Violation[] {
  const names = [...new Set(records.map(({ producer }) => producer))]
  return names.map((name) => {
    const numbers = records.filter(({ producer }) => producer === name).map(({ number }) => number)
    return { invariant: 'I3 nothing unknown or altered', producer: name, what: describe(numbers, what) ?? '' }
  })
}

/** Sums over stored and shed events are exact. */
function findReportFault({ producers, reported }: Run, copies: Copies): Violation[] {
  let stored = 0
  for (const own of copies.values()) stored += own.size
  const least = producers.reduce((total, { shed }) => total + shed, stored)
  const most = producers.reduce((total, { shedAtMost }) => total + shedAtMost, stored)
  if (reported >= least && reported <= most) return []
  const range = least === most ? least : `${least} to ${most}`
  return [ofAll('I4 the books balance', `the report counts ${reported} events, ${range} are stored or shed`)]
}

function ofAll(invariant: Invariant, what: string): Violation {
  return { invariant, producer: 'all', what }
}

const EXAMPLES = 5

function describe(numbers: readonly number[], what: string): string | null {
  if (numbers.length === 0) return null
  return `${numbers.length} events ${what}, such as ${numbers.slice(0, EXAMPLES).join(', ')}`
}

function sum(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((total, count) => total + count, 0)
}
