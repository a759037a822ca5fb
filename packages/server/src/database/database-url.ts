import { readFileSync } from 'node:fs'
import type { ConnectionOptions } from 'node:tls'
import { SettingError } from '../config/settings.ts'

/** Where a PostgreSQL database is, and in which ways to try to reach it, the best first. */
export interface DatabaseAddress {
  readonly connectionString: string
  /** Without the password, for messages. */
  readonly shown: string
  readonly attempts: readonly (false | ConnectionOptions)[]
}

const SSL_MODES = ['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full'] as const
type SslMode = (typeof SSL_MODES)[number]

/**
 * Reads a URL such as `postgres://user:password@host:5432/wayside?sslmode=verify-full&sslrootcert=ca.pem`. `sslmode`,
 * `sslrootcert`, `sslcert` and `sslkey` mean what they mean to libpq, `prefer` being the default; a folder as `host`
 * parameter holds a Unix socket. Throws `SettingError`.
 */
export function parseDatabaseUrl(text: string): DatabaseAddress {
  const url = URL.canParse(text) ? new URL(text) : null
  if (url === null || !/^postgres(ql)?:$/.test(url.protocol))
    throw refuse('must be a URL such as postgres://user:password@host:5432/wayside')
  if (url.pathname.length < 2) throw refuse(`must name a database after the host, such as ${show(url)}/wayside`)
  const mode = readMode(url.searchParams.get('sslmode') ?? 'prefer')
  const files = { ca: readPem(url, 'sslrootcert'), cert: readPem(url, 'sslcert'), key: readPem(url, 'sslkey') }
  const shown = show(url)
  // The rest of the URL is for the driver, whose own reading of these differs from libpq's.
  for (const name of ['sslmode', 'sslrootcert', 'sslcert', 'sslkey']) url.searchParams.delete(name)
  const isSocket = url.searchParams.get('host')?.startsWith('/') === true
  return { connectionString: url.href, shown, attempts: isSocket ? [false] : toAttempts(mode, files) }
}

type PemFiles = Readonly<Record<'ca' | 'cert' | 'key', Buffer | null>>

function toAttempts(mode: SslMode, { ca, cert, key }: PemFiles): DatabaseAddress['attempts'] {
  const files = { ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }) }
  const encrypted = { ...files, rejectUnauthorized: false }
  // The chain is checked, the name in the certificate is not.
  const verifiedChain = { ...files, checkServerIdentity: () => undefined }
  switch (mode) {
    case 'disable':
      return [false]
    case 'allow':
      return [false, encrypted]
    case 'prefer':
      return [encrypted, false]
    case 'require':
      return [ca === null ? encrypted : verifiedChain]
    case 'verify-ca':
      return [verifiedChain]
    case 'verify-full':
      return [files]
  }
}

function readMode(text: string): SslMode {
  const mode = SSL_MODES.find((each) => each === text)
  if (mode === undefined) throw refuse(`must have one of ${SSL_MODES.join(', ')} as sslmode, got ${JSON.stringify(text)}`)
  return mode
}

function readPem(url: URL, name: string): Buffer | null {
  const path = url.searchParams.get(name)
  if (path === null) return null
  try {
    return readFileSync(path)
  } catch (cause) {
    throw refuse(`must name a file that can be read as ${name}, got ${JSON.stringify(path)}: ${String(cause)}`, cause)
  }
}

function show(url: URL): string {
  const user = url.username === '' ? '' : `${url.username}@`
  return `${url.protocol}//${user}${url.searchParams.get('host') ?? url.host}${url.pathname.replace(/^\/$/, '')}`
}

function refuse(fix: string, cause?: unknown): SettingError {
  return new SettingError(`--database-url (WAYSIDE_DATABASE_URL) ${fix}`, { cause })
}
