import type { WIRE_GROUPS, WireBatch, WireColumns } from '@wayside/protocol'
import { readEnvironment } from './config.ts'
import type { Options } from './options.ts'
import { parseOptions } from './parse-options.ts'

/** One member of what leaves the process. */
export interface RecordedField {
  /** Where it stands: a header of the request, once in each batch, or for each event. */
  readonly part: 'header' | 'batch' | 'event'
  readonly name: string
  readonly holds: string
}

/**
 * Lists every field that leaves the process with these options, and what it holds. Nothing else is sent.
 * @throws WaysideOptionError when the options cannot be used.
 * @example
 * for (const { part, name, holds } of recordedFields({ apiKey, privacyLevel: 2 })) console.log(part, name, holds)
 */
export function recordedFields<Source>(options: Options<Source>): readonly RecordedField[] {
  const resolved = parseOptions(undefined, options, readEnvironment())
  if (!resolved.enabled) return []
  const { mappers, privacyLevel } = resolved
  const hasSeveral = resolved.receiverGroups.some(({ receivers }) => receivers.length > 1)
  const isSent: Partial<Record<string, boolean>> = {
    'x-wayside-receivers': hasSeveral,
    'x-wayside-ambiguous': hasSeveral,
    environment: resolved.environment !== null,
    service: resolved.service !== null,
    serviceVersion: resolved.serviceVersion !== null,
    instance: resolved.instance !== null,
    ip: privacyLevel !== 2,
    userId: mappers.getUserId !== null,
    apiKeyHash: mappers.getApiKey !== null,
    oauthClientId: mappers.getOAuthClientId !== null,
    errorMessage: resolved.errorMessages,
    tags: mappers.getTags !== null,
  }
  const fields = (part: RecordedField['part'], holds: Readonly<Record<string, string>>): RecordedField[] =>
    Object.entries(holds)
      .filter(([name]) => isSent[name] !== false)
      .map(([name, text]) => ({ part, name, holds: name === 'ip' && privacyLevel === 1 ? NETWORK_ONLY : text }))
  return [...fields('header', HEADERS), ...fields('batch', BATCH), ...fields('event', { ...GROUPED, ...COLUMNS })]
}

const NETWORK_ONLY = "The network of the client's IP: /24 of IPv4, /48 of IPv6. The IP itself does not leave the process."

const HEADERS: Readonly<Record<string, string>> = {
  authorization: "The project's write-only key.",
  'x-wayside-batch': 'Producer, first seq and number of events, so that a batch that is sent again is stored once.',
  'x-wayside-sent-at': "This machine's clock at each attempt, to correct clocks that are wrong.",
  'x-wayside-receivers': 'How many receivers the group has, so that what one lacks is not taken for lost.',
  'x-wayside-ambiguous': 'Addresses of receivers that may hold the batch already.',
}

type BatchMember = Exclude<keyof WireBatch, 'columns'>

// The compiler refuses these tables when the wire format has a member that they lack.
const BATCH: Readonly<Record<BatchMember, string>> = {
  v: 'Version of the wire format.',
  producer: 'Random for each start of a process.',
  level: 'The privacy level.',
  sdk: 'Package and version of the adapter.',
  framework: 'Name of the framework.',
  environment: 'Option `environment`, else NODE_ENV.',
  service: 'Option `service`.',
  serviceVersion: 'Option `serviceVersion`.',
  instance: 'Option `instance`.',
  books:
    'How many events were captured, how many dropped for which reason, how many of those still count by endpoint, up to which one all are settled, since when the oldest waits, bytes in the spool, and whether the process has closed.',
  droppedSeqs: 'Ordinal numbers of events that were dropped.',
  shed: 'For events that a full queue gave up: counts, bytes and durations by minute, method, route and status.',
  n: 'Number of events in the batch.',
  seq: 'Number of each event, counted from 0 at each start.',
  time: 'When each exchange began, in milliseconds.',
  stacks: 'For an error, once an hour: class, fingerprint and up to 20 frames with function, file, line and column.',
}

type Grouped = (typeof WIRE_GROUPS)[keyof typeof WIRE_GROUPS][number]

const GROUPED: Readonly<Record<Grouped, string>> = {
  method: 'Method of the request.',
  route: 'Template of the route that matched.',
  host: 'Host header, or what `getHostname` returns.',
  ip: "The client's IP: the socket's, or by `trustProxy` or `getIpAddress`.",
  userAgent: 'User-Agent header, or what `getUserAgent` returns.',
  userId: 'What `getUserId` returns.',
  apiKeyHash: 'First 32 hexadecimal digits of the SHA-256 of what `getApiKey` returns. The key does not leave the process.',
  oauthClientId: 'What `getOAuthClientId` returns.',
  errorClass: 'Class of an error that the app threw, such as TypeError.',
  errorFingerprint: 'Hash of the class and of the functions and files in which an error was thrown.',
  errorMessage: 'Message of an error that the app threw.',
}

const COLUMNS: Readonly<Record<Exclude<keyof WireColumns, keyof typeof WIRE_GROUPS>, string>> = {
  path: 'Path of the URL without the query string, or what `getPath` returns.',
  status: 'Status of the response; 499 when the client left before its end.',
  outcome: 'Completed, aborted before the headers, or aborted within the body.',
  durationUs: 'Time from the request to the end of the response.',
  upstreamUs: 'Time during which outgoing HTTP requests of this exchange were under way. Not where they went.',
  upstreamCount: 'Number of those requests.',
  requestBytes: "Size of the request's body. Not the body.",
  responseBytes: "Size of the response's body. Not the body.",
  tags: 'What `getTags` returns.',
}
