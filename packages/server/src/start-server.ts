import { DEFAULTS, SettingError, type Settings } from './config/settings.ts'
import { openDataDir } from './config/open-data-dir.ts'
import { createErasure } from './erase/erasure.ts'
import { createApp } from './http/create-app.ts'
import type { Readiness } from './http/services.ts'
import { createLog, type Log } from './log/log.ts'
import { lockFolder } from './journal/folder-lock.ts'
import { openIntake, type Intake } from './receive/open-intake.ts'
import { createAuthenticator } from './registry/authenticator.ts'
import { openRegistry } from './registry/open-registry.ts'
import { openStore } from './store/open-store.ts'

/** A server that answers. */
export interface RunningServer {
  /** Such as `http://127.0.0.1:4270`, with the base path; reachable from this machine. */
  readonly url: string
  /** Resolves when all that was acknowledged before the call is in answers. */
  drain(): Promise<void>
  /** Answers what is under way within 10 s, moves what it took into the store and closes every file. */
  close(): Promise<void>
}

/** Settings that have a default may be left out; the log and the clock are for embedding and tests. */
export interface StartOptions extends Partial<Settings> {
  /** @default JSON lines on stderr */
  readonly log?: Log
  /** Milliseconds since 1970. @default Date.now */
  readonly now?: () => number
}

const CLOSE_TIMEOUT_MS = 10_000
/** Events that wait longer than this for the store are a fault to tell, not a wave of traffic. */
const MAX_LAG_MS = 60_000

/**
 * Starts the server and resolves once it answers.
 * @throws When it cannot: `SettingError` for the folder, the port or the certificate; the message says what to change.
 * @example
 * const server = await startServer({ data: './wayside-data', port: 0 })
 * console.log(server.url)
 */
export async function startServer(options: StartOptions = {}): Promise<RunningServer> {
  const { log: givenLog, now = Date.now, ...given } = options
  const settings: Settings = { ...DEFAULTS, ...given }
  const log = givenLog ?? createLog(settings.logLevel, (line) => process.stderr.write(line))

  openDataDir(settings.data)
  const closers: (() => Promise<void> | void)[] = []
  const closeAll = async (): Promise<void> => {
    for (let close = closers.pop(); close !== undefined; close = closers.pop()) await close()
  }

  try {
    const lock = await lockFolder(settings.data)
    closers.push(() => lock.release())
    const registry = openRegistry(settings.data, now)
    closers.push(() => registry.close())
    const authenticator = createAuthenticator(registry, log, now)
    closers.push(() => authenticator.close())
    const store = await openStore({ engine: 'duckdb', dataDir: settings.data, now, warn: (message) => log.warn(message) })
    closers.push(() => store.close())
    const intake = await openIntake({ dataDir: settings.data, store, warn: (message) => log.warn(message), now })
    closers.push(() => intake.close())
    const erasure = createErasure({ registry, authenticator, store, drain: () => intake.loader.drain(), log })
    closers.push(() => erasure.close())
    erasure.resume()

    let stopping = false
    const app = await createApp({
      settings,
      log,
      now,
      registry,
      authenticator,
      store,
      receiver: intake.receiver,
      readiness: () => toReadiness(intake, stopping),
      completeUntil: () => intake.loader.completeUntil(),
      eraseData: erasure.eraseData,
      eraseProject: erasure.eraseProject,
    })
    closers.push(async () => {
      stopping = true
      const deadline = setTimeout(() => app.server.closeAllConnections(), CLOSE_TIMEOUT_MS)
      await app.close()
      clearTimeout(deadline)
    })
    const url = await listen(app, settings)
    log.info('listening', { url })
    return { url, drain: () => intake.loader.drain(), close: closeAll }
  } catch (error) {
    log.debug('could not start', { error })
    await closeAll()
    throw error
  }
}

async function listen(app: Awaited<ReturnType<typeof createApp>>, settings: Settings): Promise<string> {
  try {
    await app.listen({ host: settings.host, port: settings.port })
  } catch (cause) {
    throw new SettingError(toListenAdvice(cause, settings), { cause })
  }
  const address = app.server.address()
  const port = typeof address === 'object' && address !== null ? address.port : settings.port
  // Wildcard addresses are for listening only; what is printed must work in a browser.
  const host = settings.host === '0.0.0.0' || settings.host === '' ? '127.0.0.1' : settings.host === '::' ? '::1' : settings.host
  return `${settings.tls === null ? 'http' : 'https'}://${host.includes(':') ? `[${host}]` : host}:${port}${settings.basePath}`
}

function toListenAdvice(error: unknown, { host, port }: Settings): string {
  const code = error instanceof Error && 'code' in error ? error.code : null
  if (code === 'EADDRINUSE') return `--port (WAYSIDE_PORT) must be free, got ${port}: something listens on ${host}:${port} already. Choose another port, or 0 for any free one`
  if (code === 'EACCES') return `--port (WAYSIDE_PORT) must be one that this user may take, got ${port}: ports below 1024 need more rights`
  return `--host (WAYSIDE_HOST) must be an address of this machine, got ${JSON.stringify(host)}: ${error instanceof Error ? error.message : String(error)}`
}

function toReadiness(intake: Intake, stopping: boolean): Readiness {
  const { ageMs, error } = intake.loader.lag()
  const lag = error ?? (ageMs > MAX_LAG_MS ? `${Math.round(ageMs / 1_000)} s of events wait for the store` : null)
  return {
    ready: !stopping && lag === null,
    checks: { server: stopping ? 'stopping' : 'ok', loader: lag ?? 'ok' },
  }
}
