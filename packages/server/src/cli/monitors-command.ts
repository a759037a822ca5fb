import { MONITOR_LIMITS, MONITOR_METHODS, type MonitorInput, type MonitorReport } from '@wayside/protocol'
import { Command } from 'commander'
import { readRegistryPlace } from '../config/config.ts'
import { openDataDir } from '../config/open-data-dir.ts'
import { SettingError } from '../config/settings.ts'
import { refuseMonitor } from '../monitor/check-input.ts'
import { MONITOR_DEFAULTS } from '../monitor/monitor.ts'
import { readMonitors } from '../monitor/read-monitors.ts'
import { createAuditLog, type AuditEntry } from '../people/audit-log.ts'
import { createRegistry } from '../registry/create-registry.ts'
import { createMaintenance } from '../registry/maintenance.ts'
import { createMonitorHistory } from '../registry/monitor-history.ts'
import { createMonitors, type Monitors } from '../registry/monitors.ts'
import { openTables } from '../registry/open-registry.ts'
import type { Project } from '../registry/registry.ts'
import { formatTable, formatTime } from './format-table.ts'
import { addRegistryOptions, projectOption, type RegistryFlags } from './shared-options.ts'
import { requireProject } from './with-registry.ts'

interface Flags extends RegistryFlags {
  readonly project: string
}

interface AddFlags extends Flags {
  readonly name?: string
  readonly method: string
  readonly every: string
  readonly timeout: string
  readonly status: string
  readonly contains?: string
  readonly slow?: string
}

/** `wayside monitors`: has addresses checked, also while a server runs, which then makes the checks. */
export function monitorsCommand(): Command {
  const command = new Command('monitors').description('See and change which addresses are checked. Works while the server runs, which makes the checks.').addHelpText(
    'after',
    `
Examples:
  wayside monitors add https://shop.example.com/health --project shop
  wayside monitors add https://shop.example.com/ --project shop --name Home --every 20 --contains 'Welcome' --slow 800
  wayside monitors list --project shop
  wayside monitors pause Home --project shop`,
  )
  const seconds = (ms: number): string => String(ms / 1_000)

  addOptions(
    command
      .command('add')
      .description('Have an address checked from now on.')
      .argument('<URL>', 'address that begins with http:// or https://')
      .option('--name <NAME>', 'what people call it (default: the address without its scheme)')
      .option('--method <METHOD>', MONITOR_METHODS.join(', '), MONITOR_DEFAULTS.method)
      .option('--every <SECONDS>', `seconds between checks, ${seconds(MONITOR_LIMITS.minIntervalMs)} or more`, seconds(MONITOR_DEFAULTS.intervalMs))
      .option('--timeout <SECONDS>', 'seconds that a check may take', seconds(MONITOR_DEFAULTS.timeoutMs))
      .option('--status <LIST>', 'expected codes and ranges', MONITOR_DEFAULTS.expectedStatus)
      .option('--contains <TEXT>', 'text that the body must have')
      .option('--slow <MS>', 'milliseconds after which an answer counts as degraded'),
  ).action(async (url: string, flags: AddFlags) => {
    const settings = toSettings(url, flags)
    const { publicId } = await withMonitors(flags, ({ monitors, project }) => monitors.create(project.id, settings), { action: 'monitor-created', subject: settings.name })
    process.stdout.write(`${publicId}\n`)
    process.stderr.write(`Made the monitor ${JSON.stringify(settings.name)}. A server that runs checks it within seconds.\n`)
  })

  addOptions(command.command('list').description('List monitors, and how their targets do.')).action(async (flags: Flags) => {
    const rows = await withMonitors(flags, ({ reports }) => reports())
    process.stdout.write(formatTable(['NAME', 'STATE', 'UPTIME 30D', 'LAST CHECK', 'URL'], rows.map(toRow)))
  })

  for (const [verb, paused, description] of [
    ['pause', true, 'Check an address no longer, until it is resumed.'],
    ['resume', false, 'Check an address again.'],
  ] as const)
    addOptions(command.command(verb).description(description).argument('<NAME>', 'name or id of the monitor')).action(async (name: string, flags: Flags) => {
      await withMonitors(flags, async ({ monitors, project }) => monitors.change(project.id, await requireMonitor(monitors, project, name), { paused }), { action: 'monitor-changed', subject: `${name} ${verb}` })
      process.stderr.write(`${verb === 'pause' ? 'Paused' : 'Resumed'} ${name}.\n`)
    })

  addOptions(command.command('remove').description('Remove a monitor with all its checks and incidents.').argument('<NAME>', 'name or id of the monitor')).action(
    async (name: string, flags: Flags) => {
      await withMonitors(flags, async ({ monitors, project }) => monitors.remove(project.id, await requireMonitor(monitors, project, name)), { action: 'monitor-removed', subject: name })
      process.stderr.write(`Removed ${name}.\n`)
    },
  )
  return command
}

function addOptions(command: Command): Command {
  return addRegistryOptions(command.addOption(projectOption().makeOptionMandatory()))
}

interface Desk {
  readonly monitors: Monitors
  readonly project: Project
  readonly reports: () => Promise<readonly MonitorReport[]>
}

/** @param done - what the audit log says that the operator did */
async function withMonitors<Result>(flags: Flags, work: (desk: Desk) => Promise<Result>, done?: Pick<AuditEntry, 'action' | 'subject'>): Promise<Result> {
  const { project: name, data, databaseUrl, keyPepperFile } = flags
  const place = readRegistryPlace({ ...(data !== undefined && { data }), ...(databaseUrl !== undefined && { databaseUrl }), ...(keyPepperFile !== undefined && { keyPepperFile }) })
  openDataDir(place.data)
  const { database, pepper } = await openTables(place)
  try {
    const project = await requireProject(createRegistry(database, pepper), name)
    const monitors = createMonitors(database, Date.now)
    const parts = { monitors, history: createMonitorHistory(database), maintenance: createMaintenance(database) }
    const result = await work({ monitors, project, reports: () => readMonitors(parts, project, Date.now()) })
    if (done !== undefined) await createAuditLog(database, pepper).append({ ...done, actor: 'operator', projectId: project.id })
    return result
  } finally {
    await database.close()
  }
}

function toSettings(url: string, { name, method: methodText, every, timeout, status, contains, slow }: AddFlags): MonitorInput {
  const method = MONITOR_METHODS.find((each) => each === methodText)
  if (method === undefined) throw new SettingError(`--method must be one of ${MONITOR_METHODS.join(', ')}, got ${JSON.stringify(methodText)}`)
  const settings: MonitorInput = {
    ...MONITOR_DEFAULTS,
    name: name ?? url.replace(/^https?:\/\//i, '').slice(0, MONITOR_LIMITS.nameLength),
    url,
    method,
    intervalMs: parseMs('--every', every, 1_000, MONITOR_LIMITS.minIntervalMs, MONITOR_LIMITS.maxIntervalMs),
    timeoutMs: parseMs('--timeout', timeout, 1_000, MONITOR_LIMITS.minTimeoutMs, MONITOR_LIMITS.maxTimeoutMs),
    expectedStatus: status,
    body: contains === undefined ? null : { rule: 'contains', text: contains },
    slowMs: slow === undefined ? null : parseMs('--slow', slow, 1, 1, MONITOR_LIMITS.maxTimeoutMs),
  }
  const refusal = refuseMonitor(settings)
  if (refusal !== null) throw new SettingError(refusal)
  return settings
}

function parseMs(flag: string, text: string, unitMs: number, leastMs: number, mostMs: number): number {
  const ms = Math.round(Number(text) * unitMs)
  if (!/^\d+(\.\d+)?$/.test(text) || ms < leastMs || ms > mostMs) throw new SettingError(`${flag} must be a number from ${leastMs / unitMs} to ${mostMs / unitMs}, got ${JSON.stringify(text)}`)
  return ms
}

/** The id of a monitor. Throws `SettingError` that says how to find it. */
async function requireMonitor(monitors: Monitors, project: Project, name: string): Promise<string> {
  const found = (await monitors.list(project.id)).filter((each) => each.publicId === name || each.name === name)
  const [monitor, another] = found
  if (monitor !== undefined && another === undefined) return monitor.publicId
  const detail = another === undefined ? `there is none named ${JSON.stringify(name)}` : `${found.length} are named ${JSON.stringify(name)}: give the id of one, which GET /api/v1/monitors shows`
  throw new SettingError(`the name must be that of one monitor of the project, and ${detail}. \`wayside monitors list --project ${JSON.stringify(project.name)}\` shows them`)
}

function toRow({ name, url, paused, state, uptime, checkedAt, inMaintenance }: MonitorReport): readonly string[] {
  const word = paused ? 'paused' : inMaintenance ? 'maintenance' : (state ?? 'not checked yet')
  const percent = uptime.days30 === null ? '–' : `${(Math.floor(uptime.days30 * 10_000 + 1e-6) / 100).toFixed(2)} %`
  return [name, word, percent, checkedAt === null ? 'never' : formatTime(checkedAt), url]
}
