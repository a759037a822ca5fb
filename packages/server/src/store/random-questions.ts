import { DIMENSIONS, SHED, type DimensionValue } from '@wayside/protocol'
import { createRandom, pick, POOLS, RANDOM_FROM, RANDOM_TO, type Random } from './random-history.ts'
import type { StoreDimension, StoreFilter, StoreMeasure, StoreQuantity, StoreQuery } from './store-query.ts'

/** Questions about what `randomBatch` makes, the same for the same seed. */
export function* randomQuestions(seed: number, count: number): Generator<StoreQuery> {
  const random = createRandom(seed)
  for (let each = 0; each < count; each++) yield randomQuestion(random)
}

const MEASURES: readonly StoreMeasure[] = ['latency', 'consumers', 'newConsumers']
/** Most ranges begin and end with the clock, as people's do. */
const GRANULES_MS = [3_600_000, 900_000, 900_000, 60_000, 1]
const STEPS_MS = [900_000, 3_600_000, 3 * 3_600_000, 86_400_000]

function randomQuestion(random: Random): StoreQuery {
  const granule = pick(random, GRANULES_MS)
  const floor = (instant: number) => instant - (instant % granule)
  const from = floor(RANDOM_FROM + random(RANDOM_TO - RANDOM_FROM))
  const to = Math.max(from + granule, floor(from + random(pick(random, [3_600_000, 86_400_000, RANDOM_TO - RANDOM_FROM]))))
  return {
    projectId: random(6) === 0 ? 2 : 1,
    from,
    to,
    intervals: randomIntervals(random, from, to),
    groupBy: randomGroups(random),
    filter: random(3) === 0 ? null : randomFilter(random),
    measures: new Set(MEASURES.filter(() => random(3) === 0)),
    limit: pick(random, [null, null, 1, 5, 20]),
  }
}

/** None, of one width, or of any. */
function randomIntervals(random: Random, from: number, to: number): readonly number[] | null {
  const kind = random(3)
  if (kind === 0) return null
  const starts = [from - random(2) * (from % 3_600_000)]
  const step = pick(random, STEPS_MS)
  for (let start = (starts[0] ?? from) + step; start < to && starts.length < 200; start += kind === 1 ? step : (1 + random(3)) * 900_000) starts.push(start)
  return starts
}

function randomGroups(random: Random): readonly StoreDimension[] {
  const groups = new Set<StoreDimension>()
  for (let left = pick(random, [0, 1, 1, 1, 2, 2, 3, 4]); left > 0; left--) groups.add(randomDimension(random))
  return [...groups]
}

function randomDimension(random: Random): StoreDimension {
  return random(8) === 0 ? pick(random, ['tag:plan', 'tag:größe', 'tag:none']) : pick(random, DIMENSIONS)
}

/** @param depth - from 1; parts of parts end by themselves */
export function randomFilter(random: Random, depth = 1): StoreFilter {
  const kind = depth > 3 ? 3 + random(7) : random(10)
  const filters = () => Array.from({ length: 1 + random(3) }, () => randomFilter(random, depth + 1))
  switch (kind) {
    case 0:
      return { kind: 'and', filters: filters() }
    case 1:
      return { kind: 'or', filters: filters() }
    case 2:
      return { kind: 'not', filter: randomFilter(random, depth + 1) }
    case 3:
      return { kind: 'known', quantity: pick(random, QUANTITIES) }
    case 4:
      return { kind: 'compare', comparison: pick(random, ['gt', 'gte', 'lt', 'lte']), quantity: pick(random, QUANTITIES), value: pick(random, [0, 200, 404, 500, 9_999, 1_000_000, 2 ** 31, 10 ** 12]) }
    default:
      return randomTextFilter(random)
  }
}

const QUANTITIES: readonly StoreQuantity[] = ['status', 'durationUs', 'upstreamUs', 'requestBytes', 'responseBytes']
const PATTERNS = ['^/', 'e', '(?i)[A-C]', '\\d+$', 'a|z', '^.$', '[^a-z/]', 'ö|😀', '', '(x*)*']

function randomTextFilter(random: Random): StoreFilter {
  const dimension = randomDimension(random)
  const isText = dimension !== 'status' && dimension !== 'bot'
  const operator = isText ? pick(random, ['is', 'is', 'contains', 'startsWith', 'matches'] as const) : 'is'
  const values = Array.from({ length: 1 + random(3) }, (): DimensionValue => {
    if (operator === 'matches') return pick(random, PATTERNS)
    const value = pick(random, valuesOf(dimension))
    if (operator === 'is') return value
    const text = String(value ?? '')
    return [...text].slice(0, 1 + random(4)).join('')
  })
  return { kind: 'text', operator, dimension, values }
}

function valuesOf(dimension: StoreDimension): readonly DimensionValue[] {
  switch (dimension) {
    case 'endpoint':
      return ['GET', 'GET /users/:id', 'POST /v1/orders', 'DELETE /größe/:id', null]
    case 'status':
      return [...POOLS.statuses, 999, null]
    case 'statusClass':
      return ['2xx', '4xx', '5xx', '9xx', null]
    case 'outcome':
      return ['completed', 'aborted_before_headers', 'aborted_mid_body', SHED, null]
    case 'bot':
      return [true, false, null]
    case 'apiVersion':
      return ['v1', 'v22', 'v3', null]
    case 'method':
      return [...POOLS.methods, null]
    case 'route':
      return POOLS.routes
    case 'consumerKind':
      return ['user', 'api_key', 'ip', 'unknown', null]
    case 'consumer':
      return ['ann', 'Zoë', '203.0.113.7', SHED, null]
    default:
      return [...POOLS.texts, SHED, 'nowhere']
  }
}
