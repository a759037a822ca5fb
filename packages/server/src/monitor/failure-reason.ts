import { AddressRefused } from '../outbound/guarded-lookup.ts'

/** A check ended without an answer, for a reason that can be told as it is. */
export class CheckFailure extends Error {
  override readonly name = 'CheckFailure'
}

const BY_CODE: Readonly<Record<string, string>> = {
  ENOTFOUND: 'its name could not be resolved',
  ENODATA: 'its name could not be resolved',
  EAI_AGAIN: 'its name could not be resolved',
  ESERVFAIL: 'its name could not be resolved',
  EREFUSED: 'its name could not be resolved',
  ETIMEOUT: 'its name could not be resolved in time',
  ECONNREFUSED: 'the connection was refused',
  ECONNRESET: 'the connection was closed early',
  EPIPE: 'the connection was closed early',
  ETIMEDOUT: 'the connection could not be made in time',
  EHOSTUNREACH: 'the network does not lead there',
  ENETUNREACH: 'the network does not lead there',
  CERT_HAS_EXPIRED: 'its certificate has ended',
  CERT_NOT_YET_VALID: 'its certificate is not valid yet',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another name',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is signed by nobody who is trusted',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate is signed by nobody who is trusted',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate is signed by nobody who is trusted',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'its certificate is signed by nobody who is trusted',
}

/** Why there was no answer, without the addresses that errors of the system hold. */
export function toFailureReason(error: unknown): string {
  if (error instanceof CheckFailure) return error.message
  if (error instanceof AddressRefused) return 'its address is in a private network, which this server connects to only where its operator allows it'
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  if (BY_CODE[code] !== undefined) return BY_CODE[code]
  if (code.startsWith('HPE_')) return 'the answer is no HTTP'
  if (code.startsWith('ERR_SSL') || code.startsWith('ERR_TLS') || code === 'EPROTO') return 'TLS could not be agreed on'
  return `the connection failed${/^[A-Z][A-Z0-9_]{1,60}$/.test(code) ? ` (${code})` : ''}`
}
