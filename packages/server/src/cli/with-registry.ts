import { readRegistryPlace } from '../config/config.ts'
import { openDataDir } from '../config/open-data-dir.ts'
import type { WrittenOptions } from '../config/options.ts'
import { SettingError } from '../config/settings.ts'
import { openRegistry } from '../registry/open-registry.ts'
import type { Project, Registry } from '../registry/registry.ts'

/** Works with a registry, whether or not a server runs on it, and closes it. */
export async function withRegistry<Result>(
  flags: WrittenOptions,
  work: (registry: Registry) => Promise<Result>,
): Promise<Result> {
  const place = readRegistryPlace(flags)
  openDataDir(place.data)
  const registry = await openRegistry(place)
  try {
    return await work(registry)
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
