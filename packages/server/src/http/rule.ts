/** What a delivery of events must keep; the problem document of a refusal names the one that was broken in `rule`. */
export const RULES = [
  /** HTTP that can be read one way only, with headers of at most 16 KiB. */
  'http',
  /** Headers within 10 s, the whole request within 30 s, bodies at 1 KiB/s or more after their first 5 s. */
  'pace',
  /** A live key, in its place. */
  'key',
  /** A key of a kind that may send. */
  'key-kind',
  /** Events and bytes a second of one key. */
  'key-rate',
  /** A server that has room: in its journal, on its disk, in its memory and in its event loop. */
  'server-room',
  /** Plain or gzip. */
  'encoding',
  /** Bytes as sent. */
  'body-bytes',
  /** A body that comes whole. */
  'body-complete',
  /** Gzip that is intact and ends where the body does. */
  'gzip',
  /** Bytes after decompression. */
  'inflated-bytes',
  /** Bytes after decompression for each one sent. */
  'compression-ratio',
  'utf-8',
  'json-depth',
  'json-names',
  'json-texts',
  'json-values',
  'json',
  /** The wire format. */
  'batch',
] as const

export type Rule = (typeof RULES)[number]
