import { gzipSync } from 'node:zlib'
import type { WireBatch } from '../../packages/protocol/src/index.ts'
import { createRandom, pick, pickWeighted } from '../../scripts/random.ts'
import { mutateBytes } from './mutate-bytes.ts'
import { mutateColumns } from './mutate-columns.ts'
import { mutateGzip } from './mutate-gzip.ts'
import { mutateTokens } from './mutate-tokens.ts'

/** A body and the headers that it goes with. */
export interface FuzzedBody {
  readonly bytes: Buffer
  readonly headers: Readonly<Record<string, string>>
}

/** Where a batch is broken, and how often; `none` leaves it whole, so that the way through stays open. */
const LEVELS = [
  { name: 'none', weight: 1 },
  { name: 'bytes', weight: 4 },
  { name: 'tokens', weight: 7 },
  { name: 'columns', weight: 6 },
  { name: 'gzip', weight: 2 },
] as const

export type Level = (typeof LEVELS)[number]['name']

/** The body with a number in the run of a seed: the same each time it is asked for, so that a fault can be sent again. */
export function makeFuzzedBody(batches: readonly WireBatch[], seed: number, number: number): FuzzedBody & { readonly level: Level } {
  const random = createRandom(Math.imul(seed, 0x9e3779b1) ^ number)
  const { name: level } = pickWeighted(LEVELS, random)
  const batch = withOwnSeqs(pick(batches, random), number, random)
  return { level, ...withHeaders(mutate(level, batch, random), random) }
}

function mutate(level: Level, batch: WireBatch, random: () => number): FuzzedBody {
  switch (level) {
    case 'none':
      return compressSome(Buffer.from(JSON.stringify(batch)), random)
    case 'bytes':
      return compressSome(mutateBytes(Buffer.from(JSON.stringify(batch)), random), random)
    case 'tokens':
      return compressSome(Buffer.from(mutateTokens(JSON.stringify(batch), random)), random)
    case 'columns':
      return compressSome(Buffer.from(JSON.stringify(mutateColumns(batch, random))), random)
    case 'gzip':
      return mutateGzip(JSON.stringify(batch), random)
    default:
      throw new Error(`no such level: ${String(level satisfies never)}`)
  }
}

/** A share of the batches that brings events which the server does not have; what it stores is no leak, but takes memory. */
const NEW_EVENTS = 0.005

function withOwnSeqs(batch: WireBatch, number: number, random: () => number): WireBatch {
  return random() < NEW_EVENTS ? { ...batch, producer: number.toString(16).padStart(32, '0') } : batch
}

function compressSome(bytes: Buffer, random: () => number): FuzzedBody {
  if (random() < 0.5) return { bytes, headers: {} }
  return { bytes: gzipSync(bytes, { level: 1 }), headers: { 'content-encoding': 'gzip' } }
}

const TYPES = ['application/json', 'text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'application/json; charset=utf-16']
const CLOCKS = ['0', '1760000000000', '-1', '999999999999999', '9'.repeat(30), 'now', '1e3', '0x10', ' ', '1760000000000, 5']

function withHeaders({ bytes, headers }: FuzzedBody, random: () => number): FuzzedBody {
  return {
    bytes,
    headers: {
      ...headers,
      ...(random() < 0.2 && { 'content-type': pick(TYPES, random) }),
      ...(random() < 0.2 && { 'x-wayside-sent-at': pick(CLOCKS, random) }),
    },
  }
}
