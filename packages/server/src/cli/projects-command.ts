import { Command } from 'commander'
import { SettingError } from '../config/settings.ts'
import { PROJECT_NAME_RULE, isProjectName, toTimeZone } from '../registry/project-input.ts'
import { formatTable, formatTime } from './format-table.ts'
import { addRegistryOptions, type RegistryFlags } from './shared-options.ts'
import { withRegistry } from './with-registry.ts'

interface Flags extends RegistryFlags {
  readonly privacyFloor: string
  readonly timeZone: string
}

/** `wayside projects`: makes and lists projects, also while a server runs on the folder. */
export function projectsCommand(): Command {
  const projects = new Command('projects')
    .description('Make and list projects. A project is one API with its keys and data.')
    .addHelpText(
      'after',
      `
Examples:
  wayside projects create shop
  wayside projects create shop --privacy-floor 1 --time-zone Europe/Berlin
  wayside projects list --data /var/lib/wayside`,
    )

  addRegistryOptions(
    projects
      .command('create')
      .description('Make a project.')
      .argument('<NAME>', PROJECT_NAME_RULE)
      .option('--privacy-floor <LEVEL>', 'least privacy level that is stored, whatever the apps send: 0, 1 or 2', '0')
      .option('--time-zone <ZONE>', 'IANA time zone that days begin in', 'UTC'),
  ).action(async (name: string, { privacyFloor, timeZone, ...flags }: Flags) => {
    const input = { name: parseName(name), privacyFloor: parseFloor(privacyFloor), timeZone: parseTimeZone(timeZone) }
    const project = await withRegistry(flags, async (registry) => {
      if ((await registry.findProject(name)) !== null)
        throw new SettingError(`the name must be new, got ${JSON.stringify(name)}: there is such a project already`)
      return registry.createProject(input)
    })
    process.stdout.write(`${project.publicId}\n`)
    process.stderr.write(
      `Made the project ${JSON.stringify(name)}. Next: wayside keys create --kind ingest --project ${JSON.stringify(name)}\n`,
    )
  })

  addRegistryOptions(
    projects
      .command('list')
      .description('List projects.'),
  ).action(async (flags: RegistryFlags) => {
    const rows = (await withRegistry(flags, (registry) => registry.projects())).map((project) => [
      project.name,
      project.publicId,
      String(project.privacyFloor),
      project.timeZone,
      formatTime(project.createdAt),
    ])
    process.stdout.write(formatTable(['NAME', 'ID', 'PRIVACY FLOOR', 'TIME ZONE', 'CREATED'], rows))
  })

  return projects
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
