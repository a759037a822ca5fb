import { Command } from 'commander'
import { SettingError } from '../config/settings.ts'
import { isProjectName, MAX_RETENTION_DAYS, PROJECT_NAME_RULE, toTimeZone } from '../registry/project-input.ts'
import { NameTaken, type Project, type ProjectInput } from '../registry/registry.ts'
import { formatTable, formatTime } from './format-table.ts'
import { addRegistryOptions, type RegistryFlags } from './shared-options.ts'
import { requireProject, withRegistry } from './with-registry.ts'

interface Flags extends RegistryFlags {
  readonly name?: string
  readonly privacyFloor?: string
  readonly timeZone?: string
  readonly eventDays?: string
  readonly rollupDays?: string
}

/** `wayside projects`: makes, changes and lists projects, also while a server runs on the folder. */
export function projectsCommand(): Command {
  const projects = new Command('projects')
    .description('Make, change and list projects. A project is one API with its keys and data. Works while the server runs.')
    .addHelpText(
      'after',
      `
Examples:
  wayside projects create shop
  wayside projects create bikes --privacy-floor 1 --time-zone Europe/Berlin --event-days 30
  wayside projects set shop --event-days 30 --rollup-days 400
  wayside projects set shop --event-days none --name store
  wayside projects list --data /var/lib/wayside`,
    )

  addSettings(projects.command('create').description('Make a project.').argument('<NAME>', PROJECT_NAME_RULE)).action(async (name: string, flags: Flags) => {
    const input = { ...toSettings(flags), name: parseName(name) }
    const project = await withRegistry(toPlace(flags), async ({ registry, note }) => {
      const made = await named(name, registry.createProject(input))
      await note({ action: 'project-created', subject: made.name, projectId: made.id })
      return made
    })
    process.stdout.write(`${project.publicId}\n`)
    process.stderr.write(`Made the project ${JSON.stringify(name)}. Next: wayside keys create --kind ingest --project ${JSON.stringify(name)}\n`)
  })

  addSettings(
    projects
      .command('set')
      .description('Change settings of a project, at a running server within 10 seconds. What is left out stays.')
      .argument('<NAME>', 'name of the project, as `wayside projects list` shows it')
      .option('--name <NAME>', `its new name, ${PROJECT_NAME_RULE}`),
  ).action(async (name: string, flags: Flags) => {
    const changes = { ...toSettings(flags), ...(flags.name !== undefined && { name: parseName(flags.name) }) }
    if (Object.keys(changes).length === 0) throw new SettingError('say what is to be changed: --name, --privacy-floor, --time-zone, --event-days or --rollup-days')
    const project = await withRegistry(toPlace(flags), async ({ registry, note }) => {
      const { id } = await requireProject(registry, name)
      const changed = await named(changes.name ?? name, registry.changeProject(id, changes))
      if (changed === null) throw new Error(`the project ${JSON.stringify(name)} was removed meanwhile`)
      await note({ action: 'project-changed', subject: JSON.stringify(changes), projectId: id })
      return changed
    })
    process.stdout.write(toTable([[project, null]]))
  })

  addRegistryOptions(projects.command('list').description('List projects, with their settings and when they were last used.')).action(async (flags: RegistryFlags) => {
    const rows = await withRegistry(flags, async ({ registry, idleProjects }) => {
      const uses = new Map((await idleProjects.list()).map(({ projectId, usedAt }) => [projectId, usedAt]))
      return (await registry.projects()).map((project) => [project, uses.get(project.id) ?? null] as const)
    })
    process.stdout.write(toTable(rows))
  })

  return projects
}

function addSettings(command: Command): Command {
  return addRegistryOptions(
    command
      .option('--privacy-floor <LEVEL>', 'least privacy level that is stored, whatever the apps send: 0, 1 or 2 (new projects: 0)')
      .option('--time-zone <ZONE>', 'IANA time zone that days begin in (new projects: UTC)')
      .option('--event-days <N>', 'days that requests are listed; none for as long as they are kept (new projects: none)')
      .option('--rollup-days <N>', 'days that figures tell of requests; none for as long as the project (new projects: none)'),
  )
}

function toPlace({ name: _name, privacyFloor: _floor, timeZone: _zone, eventDays: _events, rollupDays: _rollups, ...place }: Flags): RegistryFlags {
  return place
}

function toSettings({ privacyFloor, timeZone, eventDays, rollupDays }: Flags): Omit<Partial<ProjectInput>, 'name'> {
  return {
    ...(privacyFloor !== undefined && { privacyFloor: parseFloor(privacyFloor) }),
    ...(timeZone !== undefined && { timeZone: parseTimeZone(timeZone) }),
    ...(eventDays !== undefined && { eventDays: parseDays('--event-days', eventDays) }),
    ...(rollupDays !== undefined && { rollupDays: parseDays('--rollup-days', rollupDays) }),
  }
}

function toTable(rows: readonly (readonly [Project, number | null])[]): string {
  const days = (count: number | null): string => (count === null ? 'all' : String(count))
  return formatTable(
    ['NAME', 'ID', 'PRIVACY FLOOR', 'TIME ZONE', 'EVENT DAYS', 'ROLLUP DAYS', 'CREATED', 'LAST USED'],
    rows.map(([{ name, publicId, privacyFloor, timeZone, eventDays, rollupDays, createdAt }, usedAt]) => [
      ...[name, publicId, String(privacyFloor), timeZone, days(eventDays), days(rollupDays), formatTime(createdAt)],
      usedAt === null ? '' : formatTime(usedAt),
    ]),
  )
}

async function named<Result>(name: string, work: Promise<Result>): Promise<Result> {
  try {
    return await work
  } catch (cause) {
    if (cause instanceof NameTaken) throw new SettingError(`the name must be new, got ${JSON.stringify(name)}: there is such a project already`, { cause })
    throw cause
  }
}

function parseName(name: string): string {
  if (!isProjectName(name)) throw new SettingError(`the name must have ${PROJECT_NAME_RULE}, got ${JSON.stringify(name)}`)
  return name
}

function parseFloor(text: string): 0 | 1 | 2 {
  const floor = ([0, 1, 2] as const).find((each) => String(each) === text)
  if (floor === undefined) throw new SettingError(`--privacy-floor must be 0, 1 or 2, got ${JSON.stringify(text)}`)
  return floor
}

function parseTimeZone(text: string): string {
  const zone = toTimeZone(text)
  if (zone === null) throw new SettingError(`--time-zone must be an IANA name such as Europe/Berlin, got ${JSON.stringify(text)}`)
  return zone
}

function parseDays(flag: string, text: string): number | null {
  if (text === 'none') return null
  const days = /^\d{1,6}$/.test(text) ? Number(text) : Number.NaN
  if (!(days >= 1 && days <= MAX_RETENTION_DAYS)) throw new SettingError(`${flag} must be a whole number of days from 1 to ${MAX_RETENTION_DAYS}, or none, got ${JSON.stringify(text)}`)
  return days
}
