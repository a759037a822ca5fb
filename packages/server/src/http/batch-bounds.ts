import { LIMITS } from '@wayside/protocol'
import type { JsonBounds } from './body/scan-json.ts'

/**
 * What the JSON of a batch may hold. A full batch stays below each of these: 2,000 shed rows have 16,000 names; 2,000
 * events of which every text differs have 28,000 texts; and 2,000 shed rows with 60 latency buckets each have 240,000
 * numbers. A body that exhausts all of them takes the parser 30 to 45 ms, where one without bounds took 580 ms.
 */
export const BATCH_BOUNDS: JsonBounds = { depth: LIMITS.jsonDepth, names: 20_000, texts: 60_000, values: 300_000 }
