import { EMPTY_BOOKS, encodeBatch, type ApiEvent, type PrivacyLevel, type WireBatch } from '@wayside/protocol'
import { SAMPLE_PRODUCER } from './sample.ts'

/** A batch as our SDKs send it, before it becomes JSON. */
export function sampleBatch(events: readonly ApiEvent[], privacyLevel: PrivacyLevel = 0): WireBatch {
  const head = {
    producerId: SAMPLE_PRODUCER,
    privacyLevel,
    sdk: '@wayside/express/1.0.0',
    framework: 'express',
    environment: 'production',
    service: null,
    serviceVersion: null,
    instance: null,
    books: { ...EMPTY_BOOKS, captured: events.length },
  }
  return encodeBatch({ head, events, stacks: [], droppedSeqs: [], shed: [] })
}
