/** Bounds that the SDK keeps when it makes a batch and that the server checks again when it takes one. */
export const LIMITS = Object.freeze({
  /** Events in one batch. */
  batchEvents: 2_000,
  /** Bytes of one request body as it arrives, compressed. */
  compressedBytes: 2 * 1024 * 1024,
  /** Bytes of one request body after decompression. */
  bodyBytes: 4 * 1024 * 1024,
  /** Bytes of one API Analytics request body, which its clients neither compress nor split. */
  compatBodyBytes: 64 * 1024 * 1024,
  /** Nesting of a JSON body, checked before it is parsed. */
  jsonDepth: 8,
  /** Characters (UTF-16 code units) that each text of an event may have; longer text is cut. */
  methodLength: 16,
  routeLength: 512,
  pathLength: 1_024,
  hostLength: 255,
  userAgentLength: 512,
  userIdLength: 255,
  oauthClientIdLength: 255,
  /** Hexadecimal digits of an API key's hash. */
  apiKeyHashLength: 32,
  errorClassLength: 128,
  errorMessageLength: 512,
  /** Hexadecimal digits of an error's fingerprint. */
  errorFingerprintLength: 16,
  /** Characters of one frame of an error's stack, and frames in it. */
  stackFrameLength: 256,
  stackFrames: 20,
  /** Stacks in one batch. */
  batchStacks: 50,
  /** Characters of `framework`, `service`, `serviceVersion`, `environment`, `instance` and `sdk`. */
  labelLength: 64,
  /** Custom tags of one event, and the characters of a tag's name and value. */
  tags: 16,
  tagNameLength: 64,
  tagValueLength: 128,
  /** Microseconds that an exchange may take: a day. A longer one is recorded as unknown. */
  durationUs: 86_400_000_000,
  /** The latency bucket of that duration. */
  latencyBucket: 643,
  /** Milliseconds since 1970 up to the year 9999, which every engine can hold. */
  time: 253_402_300_799_999,
  /** Ranges of dropped seqs in one batch, and of seqs in one window of shed events. */
  seqRanges: 10_000,
  /** Windows of shed events in one batch, and their rows and ranges of seqs together. */
  shedWindows: 60,
  shedRows: 2_000,
  /** Booking three times as many holds the server's event loop for 80 ms. */
  shedRanges: 20_000,
})
