import { readFileSync } from 'node:fs'
import { createServer, type RequestListener, type Server, type ServerOptions } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { SettingError, type Settings } from '../config/settings.ts'

/** Deadlines of the listener, in milliseconds. */
const TIMEOUTS = {
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  /** Longer than the 60 s that most proxies keep a connection, so that the proxy is the one who ends it. */
  keepAliveTimeout: 65_000,
  connectionsCheckingInterval: 5_000,
} as const satisfies ServerOptions

const MAX_CONNECTIONS = 4_096
const MAX_REQUESTS_PER_SOCKET = 100_000

/** The listener: plain HTTP or TLS 1.2 and newer, with deadlines against clients that dawdle. Throws `SettingError`. */
export function createHttpServer(tls: Settings['tls'], handler: RequestListener): Server {
  const server = tls === null ? createServer(TIMEOUTS, handler) : createTlsListener(tls, handler)
  server.maxConnections = MAX_CONNECTIONS
  server.maxRequestsPerSocket = MAX_REQUESTS_PER_SOCKET
  return server
}

function createTlsListener(tls: NonNullable<Settings['tls']>, handler: RequestListener): Server {
  const cert = readPem('--tls-cert', tls.certPath)
  const key = readPem('--tls-key', tls.keyPath)
  try {
    return createTlsServer({ ...TIMEOUTS, cert, key, minVersion: 'TLSv1.2' }, handler)
  } catch (cause) {
    throw new SettingError(`--tls-cert and --tls-key must be PEM files that belong together: ${reasonOf(cause)}`, {
      cause,
    })
  }
}

function readPem(flag: string, path: string): Buffer {
  try {
    return readFileSync(path)
  } catch (cause) {
    throw new SettingError(
      `${flag} must name a file that can be read, got ${JSON.stringify(path)}: ${reasonOf(cause)}`,
      { cause },
    )
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
