import { readFileSync } from 'node:fs'
import { createServer, type RequestListener, type Server, type ServerOptions } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { SettingError, type Settings } from '../config/settings.ts'
import { capConnections } from './connections/cap-connections.ts'
import { endSlowBodies } from './connections/end-slow-bodies.ts'

/** What the listener takes: deadlines in milliseconds, and HTTP read strictly whatever Node was started with. */
const STRICT = {
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  /** Longer than the 60 s that most proxies keep a connection, so that the proxy is the one who ends it. */
  keepAliveTimeout: 65_000,
  connectionsCheckingInterval: 5_000,
  maxHeaderSize: 16 * 1_024,
  insecureHTTPParser: false,
  requireHostHeader: true,
} as const satisfies ServerOptions
const TLS_HANDSHAKE_TIMEOUT_MS = 10_000

const MAX_CONNECTIONS = 4_096
const MAX_CONNECTIONS_PER_ADDRESS = 512
const MAX_REQUESTS_PER_SOCKET = 10_000
const SLOW_BODIES = { graceMs: 5_000, bytesPerSecond: 1_024, sweepMs: 1_000 } as const

/**
 * The listener: plain HTTP or TLS 1.2 and newer, with deadlines against clients that dawdle and a share of the
 * connections for each address. Throws `SettingError`.
 */
export function createHttpServer({ tls, trustProxy }: Pick<Settings, 'tls' | 'trustProxy'>, handler: RequestListener): Server {
  const server = tls === null ? createServer(STRICT, handler) : createTlsListener(tls, handler)
  server.maxConnections = MAX_CONNECTIONS
  server.maxRequestsPerSocket = MAX_REQUESTS_PER_SOCKET
  capConnections(server, { perAddress: MAX_CONNECTIONS_PER_ADDRESS, exempt: trustProxy })
  endSlowBodies(server, { ...SLOW_BODIES, monotonicMs: () => performance.now() })
  return server
}

function createTlsListener(tls: NonNullable<Settings['tls']>, handler: RequestListener): Server {
  const cert = readPem('--tls-cert', tls.certPath)
  const key = readPem('--tls-key', tls.keyPath)
  try {
    return createTlsServer({ ...STRICT, cert, key, minVersion: 'TLSv1.2', handshakeTimeout: TLS_HANDSHAKE_TIMEOUT_MS }, handler)
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
