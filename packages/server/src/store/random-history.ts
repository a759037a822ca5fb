import { toRanges, type ConsumerKind } from '@wayside/protocol'
import type { JournalBatch, NewEvent } from '../journal/journal-batch.ts'
import type { ShedCounts } from '../journal/shed-counts.ts'
import { SAMPLE_TIME } from '../testing/sample.ts'
import { sampleBatch, sampleBooks, sampleNewEvent } from '../testing/segment-writer.ts'

/** The range in which random events happen: four days and a half, from a full hour. */
export const RANDOM_FROM = Date.UTC(2026, 2, 28, 22)
export const RANDOM_TO = RANDOM_FROM + 108 * 3_600_000

/** What members of random requests are, so that questions can name values that there are. */
export const POOLS = {
  methods: ['GET', 'POST', 'DELETE'],
  routes: [null, '/', '/users/:id', '/v1/orders', '/api/v22/größe/:id', '/größe/:id', '/😀', '/Z', '/a/v3'],
  statuses: [101, 200, 200, 200, 201, 301, 404, 404, 499, 500, 503],
  /** For all that is a text and may be unknown. */
  texts: [null, null, 'DE', 'a', 'Z', 'ähnlich', '', '😀', 'line\nend', `'; --`],
} as const

const CONSUMERS: readonly (readonly [ConsumerKind, string | null])[] = [
  ['unknown', null],
  ['user', 'ann'],
  ['user', 'Zoë'],
  ['api_key', 'ann'],
  ['ip', '203.0.113.7'],
]

/** A batch that is the same for the same seed. Some of its events are of a second project. */
export function randomBatch(seed: number): JournalBatch {
  const random = createRandom(seed)
  const projectId = random(4) === 0 ? 2 : 1
  const events = Array.from({ length: 1 + random(40) }, () => randomEvent(random, projectId))
  const seqs = Array.from({ length: events.length }, (_, at) => seed * 50 + at + (random(10) === 0 ? 1_000_000 : 0))
  const producerId = String(random(3)).repeat(32)
  const shed = Array.from({ length: random(3) === 0 ? 1 + random(5) : 0 }, () => randomShed(random))
  const books = sampleBooks({ revision: seed, lastSeenAt: SAMPLE_TIME + random(3), stored: random(100) })
  return sampleBatch(events, { projectId, producerId, ranges: toRanges(seqs.toSorted((a, b) => a - b)), shed, books, dropped: random(4) === 0 ? random(50) : 0 })
}

export type Random = (below: number) => number

function randomEvent(random: Random, projectId: number): NewEvent {
  // Some consumers come late into the history, so that there are new ones on each day.
  const [consumerKind, consumer] = random(6) === 0 ? (['user', `user-${random(40)}`] as const) : pick(random, CONSUMERS)
  const hasDuration = random(10) > 0
  const status = pick(random, POOLS.statuses)
  const text = () => pick(random, POOLS.texts)
  return sampleNewEvent({
    projectId,
    time: RANDOM_FROM + random(RANDOM_TO - RANDOM_FROM),
    method: pick(random, POOLS.methods),
    route: pick(random, POOLS.routes),
    path: `/${text() ?? ''}${random(20)}`,
    host: text(),
    status,
    outcome: status === 499 ? 1 + random(2) : 0,
    durationUs: hasDuration ? random(5_000_000) : null,
    latencyBucket: hasDuration ? random(644) : null,
    upstreamUs: random(3) === 0 ? random(100_000) : null,
    requestBytes: random(5) === 0 ? null : random(10_000),
    responseBytes: random(5) === 0 ? null : random(3_000_000_000),
    consumerKind,
    consumer,
    country: text(),
    client: text(),
    clientVersion: text(),
    os: text(),
    device: text(),
    bot: random(5) === 0,
    userId: text(),
    apiKeyHash: text(),
    oauthClientId: text(),
    framework: text() ?? 'express',
    service: text(),
    serviceVersion: text(),
    environment: text(),
    instance: text(),
    errorClass: text(),
    errorFingerprint: text(),
    tags: random(3) === 0 ? { plan: String(random(3)), größe: text() ?? 'klein' } : null,
  })
}

/** Two windows of the same minute have rows of the same key. */
function randomShed(random: Random): ShedCounts {
  const minute = Math.floor(RANDOM_FROM / 60_000) + random((RANDOM_TO - RANDOM_FROM) / 60_000)
  const requests = 1 + random(1_000)
  const timed = random(requests)
  return {
    minute,
    lastMinute: minute + random(15),
    method: pick(random, POOLS.methods),
    route: pick(random, POOLS.routes),
    status: pick(random, POOLS.statuses),
    requests,
    aborted: random(requests),
    requestBytes: random(1_000_000),
    responseBytes: random(3_000_000_000),
    buckets: timed === 0 ? [] : [random(300), 300 + random(300)],
    counts: timed === 0 ? [] : [timed, requests - timed],
  }
}

export function pick<Value>(random: Random, values: readonly Value[]): Value {
  // Boundary: the index is below the length of a list that is never empty.
  return values[random(values.length)] as Value
}

/** A small generator (mulberry32), so that a failing seed fails again. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296) * below)
  }
}
