/** What has gone wrong with a connection, in the operator's words where the code is known, with the fix. */
export function describeFailure(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const code = codeOf(error)
  const known = code === null ? undefined : KNOWN.find(([pattern]) => pattern.test(code))
  if (known !== undefined) return `${known[1]} (${code})`
  return error.message === '' ? (code ?? error.name) : error.message
}

/** Node's and OpenSSL's names of an error; `null` when it has none. */
function codeOf(error: unknown): string | null {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null
}

/** The receiver ended TLS before it read a request. With TLS 1.3 a client learns that only when it waits for the answer. */
export function isTlsRefusal(error: unknown): boolean {
  return TLS_ALERT.test(codeOf(error) ?? '')
}

const TLS_ALERT = /^ERR_SSL_.*ALERT_.*(CERTIFICATE|UNKNOWN_CA|HANDSHAKE_FAILURE|ACCESS_DENIED)/

const KNOWN: readonly (readonly [code: RegExp, meaning: string])[] = [
  [/^CERT_HAS_EXPIRED$/, "the receiver's certificate has expired"],
  [/^CERT_NOT_YET_VALID$/, "the receiver's certificate is not valid yet: compare the clocks"],
  [/^(DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN)$/, "the receiver's certificate is self-signed: name its CA in tls.ca"],
  [/^UNABLE_TO_(VERIFY_LEAF_SIGNATURE|GET_ISSUER_CERT)/, "the CA of the receiver's certificate is unknown: name it in tls.ca"],
  [/^ERR_SSL_(TLSV1_ALERT_PROTOCOL_VERSION|UNSUPPORTED_PROTOCOL)$/, 'the receiver speaks no TLS from 1.2 on'],
  [/^ERR_SSL_(WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG)$/, 'something answers without TLS: compare https: with the port'],
  [TLS_ALERT, 'the receiver does not accept our client certificate: see tls.cert'],
  [/^ERR_SSL_/, 'TLS has failed'],
]
