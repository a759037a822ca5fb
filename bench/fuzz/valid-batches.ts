import { EMPTY_BOOKS, encodeBatch, type ApiEvent, type Batch, type WireBatch } from '../../packages/protocol/src/index.ts'
import { events, take } from '../fixture.ts'

/** Batches of every kind that a sender makes: mutation begins with one of them. */
export function makeValidBatches(seed: number): readonly WireBatch[] {
  const source = events({ seed })
  const of = (count: number, over: Partial<Batch> = {}) => encodeBatch(toBatch(take(source, count), over))
  const rich = (event: ApiEvent): ApiEvent => ({
    ...event,
    outcome: 'aborted_mid_body',
    userId: 'Zoë 👩‍👧',
    apiKeyHash: '0123456789abcdef0123456789abcdef',
    oauthClientId: 'client',
    errorClass: 'TypeError',
    errorMessage: 'x is not a function',
    tags: { plan: 'free', __proto__: 'x' },
  })
  return [
    of(1),
    of(4),
    of(20),
    of(100),
    encodeBatch(toBatch(take(source, 8).map(rich))),
    encodeBatch(toBatch([], { droppedSeqs: [{ from: 3, to: 9 }, { from: 20, to: 20 }], shed: [shedWindow(1), shedWindow(2)] })),
    encodeBatch(toBatch([])),
    of(2, { stacks: [{ fingerprint: 'ab12', errorClass: 'TypeError', frames: ['load (src/a.ts:1:2)', 'main (src/b.ts:3:4)'] }] }),
  ]
}

function toBatch(list: readonly ApiEvent[], over: Partial<Batch> = {}): Batch {
  const captured = (list.at(-1)?.seq ?? 0) + 1
  return {
    head: {
      producerId: '0123456789abcdef0123456789abcdef',
      privacyLevel: 0,
      sdk: '@wayside/express/1.0.0',
      framework: 'express',
      environment: 'production',
      service: 'shop',
      serviceVersion: '1.4.0',
      instance: 'pod-1',
      books: { ...EMPTY_BOOKS, captured, dropped: { queue_overflow: 10, expired: 1 }, shed: 10 },
    },
    events: list,
    stacks: [],
    droppedSeqs: [],
    shed: [],
    ...over,
  }
}

function shedWindow(minute: number): Batch['shed'][number] {
  const row = { method: 'GET', route: '/users/:id', status: 200, requests: 5, aborted: 1, requestBytes: 9, responseBytes: 99, latency: new Map([[40, 3], [41, 2]]) }
  return { startAt: Date.UTC(2026, 0, 15, 9, minute), lengthMs: 60_000, seqs: [{ from: 100 * minute, to: 100 * minute + 4 }], rows: [row] }
}
