import { SettingError } from '../config/settings.ts'

/** What an operator can mend, by PostgreSQL's and the network's codes. */
const ADVICE: Readonly<Record<string, string>> = {
  '28P01': 'the user or the password is wrong',
  '28000': 'the server does not let this user in from here: see its pg_hba.conf',
  '3D000': 'there is no such database: make it with `createdb`, owned by this user',
  '42501': 'the user may not make tables: make it the owner of the database, or grant it CREATE on its schema',
  '53300': 'the server has no connection left: raise its max_connections',
  ECONNREFUSED: 'nothing listens there: check host and port, and that the server runs',
  ECONNRESET: 'the connection was cut: check that a PostgreSQL server listens there',
  ENOTFOUND: 'the host is unknown: check its name',
  EAI_AGAIN: 'the host cannot be looked up: check its name and the DNS',
  ENOENT: 'there is no socket: check the folder, and that the server runs',
  EHOSTUNREACH: 'the host cannot be reached: check the address and the network',
  ETIMEDOUT: 'the host does not answer: check the address and the firewall',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is signed by itself: name it as sslrootcert',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate is of an unknown authority: name the authority as sslrootcert',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate is of an unknown authority: name the authority as sslrootcert',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'its certificate is of an unknown authority: name the authority as sslrootcert',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another host: use its name, or sslmode=verify-ca',
  CERT_HAS_EXPIRED: 'its certificate has expired',
}

/** Says why a database could not be opened and what to change; never with the password. */
export function toOpenError(error: unknown, shown: string): unknown {
  if (error instanceof SettingError) return error
  const code = codeOf(error)
  const message = error instanceof Error ? error.message : String(error)
  const advice = ADVICE[code] ?? (/timeout/i.test(message) ? ADVICE['ETIMEDOUT'] : undefined)
  if (advice === undefined && !isConnectionError(error)) return error
  return new SettingError(
    `--database-url (WAYSIDE_DATABASE_URL) must name a PostgreSQL database that can be reached, got ${shown}: ${advice ?? message}`,
    { cause: error },
  )
}

/** PostgreSQL 15 is the oldest version that is maintained and tried. */
const MIN_VERSION = 15

/** @param version - `server_version_num`, such as 150013 */
export function requireVersion(version: number, shown: string): void {
  const major = Math.floor(version / 10_000)
  if (major >= MIN_VERSION) return
  throw new SettingError(
    `--database-url (WAYSIDE_DATABASE_URL) needs PostgreSQL ${MIN_VERSION} or newer, got ${shown} with PostgreSQL ${major}`,
  )
}

/** Whether the server wants no connection of this kind: it may ask for TLS. */
export function isNotLetIn(error: unknown): boolean {
  return codeOf(error) === '28000'
}

/** Whether the server has no TLS, as distinct from TLS that went wrong. */
export function isTlsRefused(error: unknown): boolean {
  return error instanceof Error && error.message.includes('does not support SSL')
}

/** Whether the fault is with the connection or the server's state, and not with what was asked. */
export function isConnectionError(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const code = codeOf(error)
  // SQLSTATE classes: connection exception, insufficient resources, operator intervention (a shutdown).
  if (/^[0-9A-Z]{5}$/.test(code) && !code.startsWith('E')) return /^(08|53|57P)/.test(code)
  return /^E[A-Z]+$/.test(code) || /timeout|terminated|connection/i.test(error.message)
}

function codeOf(error: unknown): string {
  // Of several addresses of one host, all failed.
  const first = error instanceof AggregateError ? error.errors[0] : error
  return first instanceof Error && 'code' in first ? String(first.code) : ''
}
