import type { StoredEvent } from './stored-event.ts'

/** The members of a stored event by their kind: the one list that the journal's lines and an engine's table follow. */
export const INTEGER_COLUMNS = [
  'id',
  'projectId',
  'time',
  'receivedAt',
  'wallTime',
  'status',
  'outcome',
  'durationUs',
  'latencyBucket',
  'upstreamUs',
  'upstreamCount',
  'requestBytes',
  'responseBytes',
] as const satisfies readonly (keyof StoredEvent)[]

export const TEXT_COLUMNS = [
  'method',
  'route',
  'path',
  'host',
  'ip',
  'country',
  'userAgent',
  'client',
  'clientVersion',
  'os',
  'device',
  'userId',
  'apiKeyHash',
  'oauthClientId',
  'consumerKind',
  'consumer',
  'framework',
  'environment',
  'service',
  'serviceVersion',
  'instance',
  'errorClass',
  'errorFingerprint',
  'errorMessage',
] as const satisfies readonly (keyof StoredEvent)[]

export const FLAG_COLUMNS = ['timeAdjusted', 'bot'] as const satisfies readonly (keyof StoredEvent)[]
