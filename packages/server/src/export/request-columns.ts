import { OUTCOMES, type StoredRequest } from '@wayside/protocol'
import type { StoredEvent } from '../store/stored-event.ts'
import type { ExportColumn, ExportRow } from './export-table.ts'

/** The members of a request as the API shows it, in its order. */
const TYPES: Readonly<Record<keyof StoredRequest, ExportColumn['type']>> = {
  id: 'integer',
  time: 'instant',
  timeAdjusted: 'boolean',
  wallTime: 'instant',
  method: 'text',
  route: 'text',
  path: 'text',
  host: 'text',
  status: 'integer',
  outcome: 'text',
  durationUs: 'integer',
  upstreamUs: 'integer',
  upstreamCount: 'integer',
  requestBytes: 'integer',
  responseBytes: 'integer',
  ip: 'text',
  country: 'text',
  userAgent: 'text',
  client: 'text',
  clientVersion: 'text',
  os: 'text',
  device: 'text',
  bot: 'boolean',
  userId: 'text',
  apiKeyHash: 'text',
  oauthClientId: 'text',
  consumerKind: 'text',
  consumer: 'text',
  framework: 'text',
  environment: 'text',
  service: 'text',
  serviceVersion: 'text',
  instance: 'text',
  errorClass: 'text',
  errorFingerprint: 'text',
  errorMessage: 'text',
  tags: 'tags',
}

// Boundary: Object.keys widens the names that the record gives.
const NAMES = Object.keys(TYPES) as (keyof StoredRequest)[]

export const REQUEST_COLUMNS: readonly ExportColumn[] = NAMES.map((name) => ({ name, type: TYPES[name] }))

/** A request as a row of `REQUEST_COLUMNS`. */
export function toRequestRow(event: StoredEvent): ExportRow {
  return NAMES.map((name) => (name === 'outcome' ? (OUTCOMES[event.outcome] ?? 'completed') : event[name]))
}
