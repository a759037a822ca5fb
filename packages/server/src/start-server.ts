import { randomUUID } from 'node:crypto'
import { refuseHalfRestored } from './backup/restore-backup.ts'
import { createAlerting } from './alert/alerting.ts'
import { checkDemo } from './config/check-demo.ts'
import { checkRole } from './config/check-role.ts'
import { PARTS } from './config/roles.ts'
import { DEFAULTS, type Settings } from './config/settings.ts'
import { openDataDir } from './config/open-data-dir.ts'
import { createConsumerErasure } from './erase/consumer-erasure.ts'
import { endLists } from './erase/end-lists.ts'
import { createErasure } from './erase/erasure.ts'
import { openIdleRemoval } from './erase/open-idle-removal.ts'
import { createRetention } from './erase/retention.ts'
import { openExports } from './export/open-exports.ts'
import { NO_FAILPOINTS, type Failpoints } from './failpoints.ts'
import { createApp } from './http/create-app.ts'
import { listen } from './http/listen.ts'
import type { Services } from './http/services.ts'
import { measureLoopLag, type LoopLag } from './http/pressure/loop-lag.ts'
import { watchPressure } from './http/pressure/watch-pressure.ts'
import { createLog, type Log } from './log/log.ts'
import { createStderrWriter } from './log/write-stderr.ts'
import { lockFolder } from './journal/folder-lock.ts'
import { openJournalOwner } from './journal/journal-owner.ts'
import { repeat } from './jobs/repeat.ts'
import { ALERTS_MS, DEMO_MS, IDLE_MS, MAIL_REPORTS_MS, RAW_FILES_MS, RETENTION_MS, toJobs } from './jobs/jobs.ts'
import { runUnderLease } from './jobs/run-under-lease.ts'
import { createClaimedStore } from './load/claimed-store.ts'
import { shareProgress } from './load/share-progress.ts'
import { watchReadiness } from './readiness.ts'
import { openIntake } from './receive/open-intake.ts'
import { createMonitoring } from './monitor/monitoring.ts'
import { tellIncident } from './monitor/tell-incident.ts'
import { watchMonitors } from './monitor/watch-monitors.ts'
import { createMetrics } from './metrics/metrics.ts'
import { readMetricsToken } from './metrics/read-metrics-token.ts'
import { openMailReports } from './mail-report/open-mail-reports.ts'
import { refuseHalfMigrated } from './migrate/migration-state.ts'
import { createDoor } from './people/door.ts'
import { createDemo } from './demo/demo.ts'
import { admitFirstPerson } from './people/first-person.ts'
import { createAlerts } from './registry/alerts.ts'
import { createAuthenticator } from './registry/authenticator.ts'
import { createBackups } from './registry/backups.ts'
import { createClaims } from './registry/claims.ts'
import { createSavedViews } from './registry/saved-views.ts'
import { createShares } from './registry/shares.ts'
import { createRegistry } from './registry/create-registry.ts'
import { ALL_STORED, createJournals, type Journals } from './registry/journals.ts'
import { createMailReports } from './registry/mail-reports.ts'
import { createErasures } from './registry/erasures.ts'
import { gatherUses } from './registry/gather-uses.ts'
import { createIdleProjects } from './registry/idle-projects.ts'
import type { IncidentEvent } from './registry/monitor-history.ts'
import { createLeases } from './registry/leases.ts'
import { openTables } from './registry/open-registry.ts'
import type { JournalName } from './store/journal-name.ts'
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
  /** @default the lag of this process's event loop */
  readonly loopLag?: LoopLag
}

const CLOSE_TIMEOUT_MS = 10_000
/** What comes late of a consumer that is to be forgotten stays for so long. */
const RESUME_ERASURES_MS = 600_000
/** Where several servers answer, the others hide a consumer after so long. */
const REFRESH_ERASURES_MS = 2_000

/**
 * Starts the server and resolves once it answers.
 * @throws When it cannot: `SettingError` for the folder, the port or the certificate; the message says what to change.
 * @example
 * const server = await startServer({ data: './wayside-data', port: 0 })
 * console.log(server.url)
 */
export async function startServer(options: StartOptions = {}): Promise<RunningServer> {
  const { log: givenLog, now = Date.now, monotonicMs = () => performance.now(), failpoint = NO_FAILPOINTS, loopLag, ...given } = options
  const settings: Settings = { ...DEFAULTS, ...given }
  const log = givenLog ?? createLog(settings.logLevel, createStderrWriter())
  const warn = (message: string): void => log.warn(message)

  checkRole(settings)
  checkDemo(settings)
  const metricsToken = settings.metricsTokenPath === null ? null : readMetricsToken(settings.metricsTokenPath)
  const parts = PARTS[settings.role]
  openDataDir(settings.data)
  refuseHalfRestored(settings.data)
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
    if (parts.intake) {
      const lock = await lockFolder(settings.data)
      closers.push(() => lock.release())
    }
    if (settings.clickhouseUrl !== null) await refuseHalfMigrated(settings.data)
    const { database, pepper } = await openTables(settings)
    const registry = createRegistry(database, pepper, now)
    closers.push(() => registry.close())
    const authenticator = createAuthenticator(registry, log, now)
    closers.push(() => authenticator.close())
    const idleProjects = createIdleProjects(database)
    const visits = gatherUses('projects', idleProjects.touchProjects, log)
    closers.push(() => visits.close())
    const door = await createDoor(database, pepper, settings.oidc, now)
    const setUpToken = parts.answers ? await admitFirstPerson(door, settings) : null
    const journals = settings.clickhouseUrl === null || settings.databaseUrl === null ? null : createJournals(database)
    const journal = parts.intake && settings.clickhouseUrl !== null ? await nameJournal(settings.data, journals) : null
    const store = await openStore(toStoreSettings(settings, journal, { now, warn, failpoint }))
    closers.push(() => store.close())
    const intake = parts.intake
      ? await openIntake({
          dataDir: settings.data,
          store: journal === null || journals === null ? store : createClaimedStore(store, { claims: createClaims(database), owner: journal.owner }),
          warn,
          now,
          enrichment: {
            userAgents: settings.userAgents,
            ...(settings.countryDatabase !== null && { countryDatabase: settings.countryDatabase }),
          },
          journalMaxBytes: settings.journalMaxBytes,
          minFreeBytes: settings.minFreeBytes,
          failpoint,
        })
      : null
    closers.push(async () => {
      await intake?.close()
      if (journals !== null && journal !== null && intake?.loader.lag().segments === 0) await journals.tell(journal.owner, ALL_STORED)
    })
    const completeOwn = intake === null ? null : () => intake.loader.completeUntil()
    const own = journal === null || completeOwn === null ? null : { owner: journal.owner, completeUntil: completeOwn }
    const progress = journals === null ? null : await shareProgress({ journals, own, now, warn })
    closers.push(() => progress?.close())

    const drain = async (): Promise<void> => void (await Promise.all([intake?.loader.drain(), progress?.caughtUp()]))
    const completeUntil = progress?.completeUntil ?? completeOwn ?? now
    const exports = await openExports({ settings, database, pepper, registry, completeUntil, now, failpoint, log })
    const { forgetFiles } = exports
    const erasure = createErasure({ registry, authenticator, store, drain, forgetFiles, log })
    closers.push(() => erasure.close())
    const consumers = await createConsumerErasure({ erasures: createErasures(database, now), store, drain, forgetFiles, forgetAlerts: createAlerts(database, now).forgetValue, log, now })
    const resume = async (): Promise<void> => void (await Promise.all([erasure.resume(), consumers.resume()]))
    if (journals === null) {
      await erasure.resume()
      const erasing = repeat(RESUME_ERASURES_MS, consumers.resume, (error) => log.warn('could not look for removals of consumers; it is tried again', { error }))
      closers.push(() => erasing.stop())
    } else {
      const learning = repeat(REFRESH_ERASURES_MS, consumers.refresh, (error) => log.warn('could not ask which consumers are to be removed; it is tried again', { error }))
      closers.push(() => learning.stop())
    }
    // First of the three: it does not wait for a store that takes nothing.
    closers.push(() => consumers.close())
    const answers = endLists(consumers.answers, registry, now)
    const retention = createRetention({ registry, store, log, now })
    const alerting = createAlerting({ database, mail: settings.mail, privateTargets: settings.privateTargets, engine: answers, registry, completeUntil, now, log })
    closers.push(() => alerting.close())
    const mailReports = createMailReports(database, now)
    const mail = openMailReports(settings.mail, { reports: mailReports, registry, engine: answers, completeUntil, now, log })
    closers.push(() => mail.close())
    const keepUses = async (): Promise<void> => void (await Promise.all([authenticator.keepUses(), visits.keep()]))
    const idle = openIdleRemoval(settings, { idleProjects, keepUses, people: door.people, audit: door.audit, erasure, now, log })
    closers.push(() => idle.close())
    if (journals !== null && parts.jobs) {
      const running = toJobs({ claims: createClaims(database), erasure: { resume }, applyRetention: retention.apply, removeIdle: idle.remove, runAlerts: alerting.run, makeRawFiles: exports.makeRawFiles, sendMailReports: mail.send }).map((job) => runUnderLease(job, { leases: createLeases(database), owner: randomUUID(), warn }))
      closers.push(async () => void (await Promise.all(running.map((job) => job.stop()))))
    }

    const { exporter, rawFiles } = await exports.start(answers)
    closers.push(() => exporter.close())
    if (journals === null) {
      const sendingReports = repeat(MAIL_REPORTS_MS, mail.send, (error) => log.warn('could not look for reports to be sent; it is tried again', { error }))
      closers.push(() => sendingReports.stop())
      const retaining = repeat(RETENTION_MS, retention.apply, (error) => log.warn('could not look for what projects keep no longer; it is tried again', { error }))
      closers.push(() => retaining.stop())
      const removing = repeat(IDLE_MS, idle.remove, (error) => log.warn('could not look for projects that nobody uses; it is tried again', { error }))
      closers.push(() => removing.stop())
      const watching = repeat(ALERTS_MS, alerting.run, (error) => log.warn('could not look for alerts; it is tried again', { error }))
      closers.push(() => watching.stop())
      const asking = repeat(RAW_FILES_MS, exports.makeRawFiles, (error) => log.warn('could not ask for files of days and months; it is tried again', { error }))
      closers.push(() => asking.stop())
    }

    const monitoring = createMonitoring(database, { privateTargets: settings.privateTargets, now, monotonicMs })
    if (parts.monitors) {
      const onIncident = (event: IncidentEvent): void => {
        const { kind, monitor, incident } = event
        log.info(`an incident ${kind}`, { monitor: monitor.publicId, name: monitor.name, reason: incident.reason })
        tellIncident(event, { registry, alerting, now }).catch((error: unknown) => log.warn('could not have an incident told', { error }))
      }
      const watching = watchMonitors({ ...monitoring, now, warn, onIncident })
      closers.push(() => watching.stop())
    }

    const watch = watchReadiness({
      intake: intake === null ? null : { receiver: intake.receiver, lag: () => intake.loader.lag() },
      storeFault: () => store.fault(),
      alarms: () => [...(intake?.alarms() ?? store.alarms()), ...(progress?.alarms() ?? [])],
      now,
    })
    const pressureWatch =
      intake === null
        ? null
        : watchPressure({ lag: () => intake.loader.lag(), journal: () => intake.journalStats(), journalMaxBytes: settings.journalMaxBytes, loopLag: loopLag ?? measureLoopLag(), warn })
    closers.push(() => pressureWatch?.stop())
    const metrics =
      metricsToken === null
        ? null
        : {
            token: metricsToken,
            metrics: createMetrics({
              role: settings.role,
              readiness: watch.readiness,
              completeUntil,
              intake: intake === null ? null : { lag: () => intake.loader.lag(), journal: () => intake.journalStats(), journalMaxBytes: settings.journalMaxBytes },
              now,
            }),
          }
    const receiver = watch.receiver === null ? null : (metrics?.metrics.watch(watch.receiver) ?? watch.receiver)
    const demo = settings.demo && receiver !== null ? createDemo({ registry, receiver, store: answers, visits, drain, now }) : null
    if (demo !== null) {
      const filling = repeat(DEMO_MS, demo.fill, (error) => log.warn('could not fill the demo; it is tried again', { error }))
      closers.push(() => filling.stop())
    }
    const services: Services = {
      settings,
      log,
      now,
      monotonicMs,
      registry,
      authenticator,
      door,
      store: answers,
      readiness: watch.readiness,
      metrics,
      completeUntil,
      eraseData: erasure.eraseData,
      eraseProject: erasure.eraseProject,
      exporter,
      rawFiles,
      mailReports,
      monitoring,
      alerting,
      savedViews: createSavedViews(database),
      shares: createShares(database, pepper, now),
      consumers,
      visits,
      idleProjects,
      backups: createBackups(database),
      demo,
    }
    const app = await createApp(services, receiver === null || pressureWatch === null ? null : { receiver, pressure: () => pressureWatch.pressure() })
    closers.push(async () => {
      watch.stop()
      const deadline = setTimeout(() => app.server.closeAllConnections(), CLOSE_TIMEOUT_MS)
      await app.close()
      clearTimeout(deadline)
    })
    const url = await listen(app, settings)
    log.info('listening', { url })
    return { url, setUpUrl: setUpToken === null ? null : `${url}/setup#${setUpToken}`, drain, close: closeAll }
  } catch (error) {
    log.debug('could not start', { error })
    await closeAll().catch((cause: unknown) => log.warn('could not close what was opened', { error: cause }))
    throw error
  }
}

/** A journal's name; where servers share a database as well, each has a number of its own. */
async function nameJournal(dataDir: string, journals: Journals | null): Promise<JournalName> {
  const owner = openJournalOwner(dataDir)
  return { owner, number: journals === null ? 0 : await journals.number(owner) }
}

function toStoreSettings(settings: Settings, journal: JournalName | null, effects: Required<Pick<DuckDbSettings, 'now' | 'warn' | 'failpoint'>>): StoreSettings {
  const { data, clickhouseUrl, clickhouseDatabase, clickhouseCluster, journalMaxBytes, minFreeBytes, questionTimeoutMs } = settings
  if (clickhouseUrl !== null) return { engine: 'clickhouse', url: clickhouseUrl, database: clickhouseDatabase, cluster: clickhouseCluster, journal, questionTimeoutMs }
  // The journal holds what came since the older of two snapshots: a fraction of it leaves room for a store that is behind.
  return { engine: 'duckdb', dataDir: data, snapshotBytes: journalMaxBytes / 8, minFreeBytes, questionTimeoutMs, ...effects }
}
