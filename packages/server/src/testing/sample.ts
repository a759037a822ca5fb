import { EMPTY_BOOKS, type ApiEvent } from '@wayside/protocol'
import type { Delivery, ProducerReport } from '../receive/receiver.ts'

/** An event as a client sends it, with what a test cares about put over it. */
export function sampleEvent(over: Partial<ApiEvent> = {}): ApiEvent {
  return {
    seq: 1,
    time: SAMPLE_TIME,
    method: 'GET',
    route: '/users/:id',
    path: '/users/42',
    host: 'api.example.com',
    status: 200,
    outcome: 'completed',
    durationUs: 1_500,
    upstreamUs: null,
    upstreamCount: null,
    requestBytes: 0,
    responseBytes: 512,
    ip: '203.0.113.7',
    userAgent: 'curl/8.5.0',
    userId: null,
    apiKeyHash: null,
    oauthClientId: null,
    errorClass: null,
    errorFingerprint: null,
    errorMessage: null,
    tags: null,
    ...over,
  }
}

/** 2026-01-02T03:04:05.678Z, when the samples happened and arrived. */
export const SAMPLE_TIME = Date.UTC(2026, 0, 2, 3, 4, 5, 678)
export const SAMPLE_PRODUCER = '0123456789abcdef0123456789abcdef'

/** What a test may say of a delivery beside its members. */
interface DeliveryShorthand {
  readonly level?: 0 | 1 | 2
  /** `null` for a client without batch ids. */
  readonly producerId?: string | null
  readonly report?: Partial<ProducerReport>
}

/** A delivery to project 1 at level 0, with what a test cares about put over it. Its books have captured what it holds. */
export function sampleDelivery(over: Partial<Delivery> & DeliveryShorthand = {}): Delivery {
  const { level = 0, producerId = SAMPLE_PRODUCER, report = {}, ...rest } = over
  const { events = [sampleEvent()] } = rest
  return {
    project: { id: 1, privacyFloor: 0 },
    head: {
      privacyLevel: level,
      sdk: '@wayside/express/1.0.0',
      framework: 'express',
      environment: 'production',
      service: 'orders',
      serviceVersion: '1.4.0',
      instance: 'pod-1',
    },
    producer: producerId === null ? null : { ...sampleReport(events), producerId, ...report },
    events,
    stacks: [],
    sentAt: SAMPLE_TIME,
    receivedAt: SAMPLE_TIME,
    ...rest,
  }
}

/** What a producer tells that has lost nothing and settled nothing yet. */
function sampleReport(events: readonly ApiEvent[]): Omit<ProducerReport, 'producerId'> {
  const captured = (events.at(-1)?.seq ?? -1) + 1
  return { books: { ...EMPTY_BOOKS, captured }, droppedSeqs: [], shed: [], rejectedSeqs: [], ambiguous: false, shared: false }
}

/** `count` events with ascending seqs. */
export function sampleEvents(count: number, firstSeq = 1): ApiEvent[] {
  return Array.from({ length: count }, (_, at) => sampleEvent({ seq: firstSeq + at, path: `/users/${at}` }))
}
