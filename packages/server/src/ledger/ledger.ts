import type { IntervalSet } from './interval-set.ts'
import type { ProducerBooks } from './producer-books.ts'

/** Which seqs of which producer were taken, and its books. It holds only what is durably journaled. */
export interface Ledger {
  /** `null` for a producer that was never heard of. */
  get(key: ProducerKey): LedgerEntry | null
  put(key: ProducerKey, entry: LedgerEntry): void
  /** How many ranges an entry may have at present. */
  maxRanges(): number
}

export interface ProducerKey {
  readonly projectId: number
  readonly producerId: string
}

export interface LedgerEntry {
  readonly ranges: IntervalSet
  readonly books: ProducerBooks
}

export interface LedgerOptions {
  /**
   * Producers of one project that are remembered; past it, the one that was put longest ago is forgotten. A retry of a
   * forgotten producer would count again, so it must not be reached within the life of a retry, three days.
   * @default 10000
   */
  readonly maxPerProject?: number
  /**
   * Producers of all projects together; past it, the project with the most forgets one.
   * @default 50000, which take about 50 MB
   */
  readonly maxProducers?: number
  /**
   * Ranges of all producers together; past it, a producer may have 1,024 instead of 32,768.
   * @default 1000000, which take about 70 MB
   */
  readonly maxAllRanges?: number
}

/** More than an SDK's queue can leave: each of its 10,000 events may wait between two that were shed. */
const MAX_RANGES = 32_768
const MAX_RANGES_IN_NEED = 1_024

export function createLedger({ maxPerProject = 10_000, maxProducers = 50_000, maxAllRanges = 1_000_000 }: LedgerOptions = {}): Ledger {
  /** By project, each in the order of `put`. */
  const projects = new Map<number, Map<string, LedgerEntry>>()
  let size = 0
  let ranges = 0

  function forget(producers: Map<string, LedgerEntry>, producerId: string | undefined): void {
    const entry = producerId === undefined ? undefined : producers.get(producerId)
    if (producerId === undefined || entry === undefined) return
    producers.delete(producerId)
    size--
    ranges -= entry.ranges.length
  }
  const forgetOldest = (producers: Map<string, LedgerEntry>) => forget(producers, producers.keys().next().value)

  return {
    get: ({ projectId, producerId }) => projects.get(projectId)?.get(producerId) ?? null,
    put({ projectId, producerId }, entry) {
      let producers = projects.get(projectId)
      if (producers === undefined) projects.set(projectId, (producers = new Map()))
      forget(producers, producerId)
      producers.set(producerId, entry)
      size++
      ranges += entry.ranges.length
      if (producers.size > maxPerProject) forgetOldest(producers)
      if (size > maxProducers) forgetOldest(largestOf(projects.values(), producers))
    },
    maxRanges: () => (ranges > maxAllRanges ? MAX_RANGES_IN_NEED : MAX_RANGES),
  }
}

function largestOf(all: Iterable<Map<string, LedgerEntry>>, first: Map<string, LedgerEntry>): Map<string, LedgerEntry> {
  let largest = first
  for (const each of all) if (each.size > largest.size) largest = each
  return largest
}
