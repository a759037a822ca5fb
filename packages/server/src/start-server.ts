import { DEFAULTS, type Settings } from './config/settings.ts'
import { openDataDir } from './config/open-data-dir.ts'
import { createErasure } from './erase/erasure.ts'
import { NO_FAILPOINTS, type Failpoints } from './failpoints.ts'
import { createApp } from './http/create-app.ts'
import { listen } from './http/listen.ts'
import { watchPressure } from './http/pressure/watch-pressure.ts'
import { createLog, type Log } from './log/log.ts'
import { createStderrWriter } from './log/write-stderr.ts'
import { lockFolder } from './journal/folder-lock.ts'
import { watchReadiness } from './readiness.ts'
import { openIntake } from './receive/open-intake.ts'
import { createDoor } from './people/door.ts'
import { admitFirstPerson } from './people/first-person.ts'
import { createAuthenticator } from './registry/authenticator.ts'
import { createRegistry } from './registry/create-registry.ts'
import { openTables } from './registry/open-registry.ts'
import { openStore, type DuckDbSettings, type StoreSettings } from './store/open-store.ts'

/** A server that answers. */
export interface RunningServer {
  /** Such as `http://127.0.0.1:4270`, with the base path; reachable from this machine. */
  readonly url: string
  /** Where the first owner is made, for 24 hours; `null` when there is somebody. */
  readonly setUpUrl: string | null
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
  /** Milliseconds since some instant, whatever happens to the clock. @default performance.now */
  readonly monotonicMs?: () => number
  /** Told the points at which a crash test may end the process. @default nobody is told */
  readonly failpoint?: Failpoints
}

const CLOSE_TIMEOUT_MS = 10_000

/**
 * Starts the server and resolves once it answers.
 * @throws When it cannot: `SettingError` for the folder, the port or the certificate; the message says what to change.
 * @example
 * const server = await startServer({ data: './wayside-data', port: 0 })
 * console.log(server.url)
 */
export async function startServer(options: StartOptions = {}): Promise<RunningServer> {
  const { log: givenLog, now = Date.now, monotonicMs = () => performance.now(), failpoint = NO_FAILPOINTS, ...given } = options
  const settings: Settings = { ...DEFAULTS, ...given }
  const log = givenLog ?? createLog(settings.logLevel, createStderrWriter())

  openDataDir(settings.data)
  const closers: (() => Promise<void> | void)[] = []
  /** Last opened, first closed; one that fails keeps none of the others open. */
  const closeAll = async (): Promise<void> => {
    const failures: unknown[] = []
    for (let close = closers.pop(); close !== undefined; close = closers.pop()) {
      try {
        await close()
      } catch (error) {
        failures.push(error)
      }
    }
    if (failures.length > 0) throw new AggregateError(failures, 'the server did not close in order')
  }

  try {
    const lock = await lockFolder(settings.data)
    closers.push(() => lock.release())
    const { database, pepper } = await openTables(settings)
    const registry = createRegistry(database, pepper, now)
    closers.push(() => registry.close())
    const authenticator = createAuthenticator(registry, log, now)
    closers.push(() => authenticator.close())
    const door = createDoor(database, pepper, now)
    const setUpToken = await admitFirstPerson(door, settings)
    const store = await openStore(toStoreSettings(settings, { now, warn: (message) => log.warn(message), failpoint }))
    closers.push(() => store.close())
    const intake = await openIntake({
      dataDir: settings.data,
      store,
      warn: (message) => log.warn(message),
      now,
      enrichment: {
        userAgents: settings.userAgents,
        ...(settings.countryDatabase !== null && { countryDatabase: settings.countryDatabase }),
      },
      journalMaxBytes: settings.journalMaxBytes,
      minFreeBytes: settings.minFreeBytes,
      failpoint,
    })
    closers.push(() => intake.close())
    const erasure = createErasure({ registry, authenticator, store, drain: () => intake.loader.drain(), log })
    closers.push(() => erasure.close())
    await erasure.resume()

    const watch = watchReadiness({
      receiver: intake.receiver,
      lag: () => intake.loader.lag(),
      storeFault: () => store.fault(),
      alarms: () => intake.alarms(),
      now,
    })
    const pressureWatch = watchPressure({
      lag: () => intake.loader.lag(),
      journal: () => intake.journalStats(),
      journalMaxBytes: settings.journalMaxBytes,
      warn: (message) => log.warn(message),
    })
    closers.push(() => pressureWatch.stop())
    const app = await createApp({
      settings,
      log,
      now,
      monotonicMs,
      registry,
      authenticator,
      door,
      store,
      receiver: watch.receiver,
      readiness: watch.readiness,
      pressure: () => pressureWatch.pressure(),
      completeUntil: () => intake.loader.completeUntil(),
      eraseData: erasure.eraseData,
      eraseProject: erasure.eraseProject,
    })
    closers.push(async () => {
      watch.stop()
      const deadline = setTimeout(() => app.server.closeAllConnections(), CLOSE_TIMEOUT_MS)
      await app.close()
      clearTimeout(deadline)
    })
    const url = await listen(app, settings)
    log.info('listening', { url })
    return { url, setUpUrl: setUpToken === null ? null : `${url}/setup#${setUpToken}`, drain: () => intake.loader.drain(), close: closeAll }
  } catch (error) {
    log.debug('could not start', { error })
    await closeAll().catch((cause: unknown) => log.warn('could not close what was opened', { error: cause }))
    throw error
  }
}

function toStoreSettings(settings: Settings, effects: Required<Pick<DuckDbSettings, 'now' | 'warn' | 'failpoint'>>): StoreSettings {
  const { data, clickhouseUrl, clickhouseDatabase, clickhouseCluster, journalMaxBytes, minFreeBytes } = settings
  if (clickhouseUrl !== null) return { engine: 'clickhouse', url: clickhouseUrl, database: clickhouseDatabase, cluster: clickhouseCluster, dataDir: data }
  // The journal holds what came since the older of two snapshots: a fraction of it leaves room for a store that is behind.
  return { engine: 'duckdb', dataDir: data, snapshotBytes: journalMaxBytes / 8, minFreeBytes, ...effects }
}
