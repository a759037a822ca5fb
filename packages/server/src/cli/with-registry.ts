import { readRegistryPlace } from '../config/config.ts'
import { openDataDir } from '../config/open-data-dir.ts'
import type { WrittenOptions } from '../config/options.ts'
import { SettingError } from '../config/settings.ts'
import { createAuditLog, type AuditEntry } from '../people/audit-log.ts'
import { createIdleProjects, type IdleProjects } from '../registry/idle-projects.ts'
import { createRegistry } from '../registry/create-registry.ts'
import { openTables } from '../registry/open-registry.ts'
import type { Project, Registry } from '../registry/registry.ts'

/** What a command works with. */
export interface RegistryDesk {
  readonly registry: Registry
  readonly idleProjects: IdleProjects
  /** Writes down that the operator did something. */
  note(entry: Omit<AuditEntry, 'actor'>): Promise<void>
}

/** Works with a registry, whether or not a server runs on it, and closes it. */
export async function withRegistry<Result>(flags: WrittenOptions, work: (desk: RegistryDesk) => Promise<Result>): Promise<Result> {
  const place = readRegistryPlace(flags)
  openDataDir(place.data)
  const { database, pepper } = await openTables(place)
  const registry = createRegistry(database, pepper)
  const audit = createAuditLog(database, pepper)
  try {
    return await work({ registry, idleProjects: createIdleProjects(database), note: (entry) => audit.append({ ...entry, actor: 'operator' }) })
  } finally {
    await registry.close()
  }
}

/** The project of a name. Throws `SettingError` that says how to find or make it. */
export async function requireProject(registry: Registry, name: string): Promise<Project> {
  const project = await registry.findProject(name)
  if (project !== null) return project
  const names = (await registry.projects()).map((each) => JSON.stringify(each.name))
  const known = names.length === 0 ? 'there is none yet' : `there are: ${names.slice(0, 20).join(', ')}`
  throw new SettingError(
    `--project must be the name of a project, got ${JSON.stringify(name)}; ${known}. \`wayside projects create\` makes one`,
  )
}
