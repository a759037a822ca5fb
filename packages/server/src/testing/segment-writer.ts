import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { SeqRange } from '@wayside/protocol'
import type { JournalBatch, NewEvent } from '../journal/journal-batch.ts'
import type { JournalSegment } from '../journal/journal-segment.ts'
import { openBooks, type ProducerBooks } from '../ledger/producer-books.ts'
import { toSegmentPath } from '../journal/segment-file.ts'
import { encodeJournalBatch } from '../journal/segment-format.ts'
import { SAMPLE_PRODUCER, SAMPLE_TIME } from './sample.ts'

/** Writes segments as the journal would, without one, with ids that go on from one to the next. */
export function createSegmentWriter(dataDir: string): (number: number, batches: readonly JournalBatch[]) => Promise<JournalSegment> {
  let nextId = 1
  return async (number, batches) => {
    const folder = join(dataDir, 'journal')
    await mkdir(folder, { recursive: true })
    const pieces = batches.map((batch) => {
      const piece = encodeJournalBatch(batch, nextId)
      nextId += batch.events.length
      return piece
    })
    const bytes = Buffer.concat(pieces)
    const path = toSegmentPath(folder, number)
    await writeFile(path, bytes)
    const events = batches.reduce((sum, batch) => sum + batch.events.length, 0)
    return { number, path, bytes: bytes.length, events, oldestReceivedAt: SAMPLE_TIME }
  }
}

/** A batch of project 1 and its producer, with what a test cares about put over it. */
export function sampleBatch(events: readonly NewEvent[], over: Partial<JournalBatch> = {}): JournalBatch {
  const ranges: readonly SeqRange[] = [{ from: 1, to: events.length }]
  return { projectId: 1, producerId: SAMPLE_PRODUCER, ranges, books: sampleBooks(), shed: [], dropped: 0, receivedAt: SAMPLE_TIME, stacks: [], events, ...over }
}

/** The books of a producer with nothing in them but what a test cares about. */
export function sampleBooks(over: Partial<ProducerBooks> = {}): ProducerBooks {
  const sender = { sdk: '@wayside/express/1.0.0', framework: 'express', environment: 'production', service: 'orders', serviceVersion: '1.4.0', instance: 'pod-1' }
  return { ...openBooks(sender, SAMPLE_TIME), ...over }
}

/** An enriched event without its id, with what a test cares about put over it. */
export function sampleNewEvent(over: Partial<NewEvent> = {}): NewEvent {
  return {
    projectId: 1,
    time: SAMPLE_TIME,
    receivedAt: SAMPLE_TIME,
    timeAdjusted: false,
    wallTime: null,
    method: 'GET',
    route: '/users/:id',
    path: '/users/42',
    host: 'api.example.com',
    status: 200,
    outcome: 0,
    durationUs: 1_500,
    latencyBucket: 187,
    upstreamUs: null,
    upstreamCount: null,
    requestBytes: 0,
    responseBytes: 512,
    ip: '203.0.113.7',
    country: 'DE',
    userAgent: 'curl/8.5.0',
    client: 'curl',
    clientVersion: '8.5.0',
    os: null,
    device: null,
    bot: false,
    userId: null,
    apiKeyHash: null,
    oauthClientId: null,
    consumerKind: 'ip',
    consumer: '203.0.113.7',
    framework: 'express',
    environment: 'production',
    service: 'orders',
    serviceVersion: '1.4.0',
    instance: 'pod-1',
    errorClass: null,
    errorFingerprint: null,
    errorMessage: null,
    tags: null,
    ...over,
  }
}
