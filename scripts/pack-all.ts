import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { build } from './build.ts'
import { root, runCommand } from './run-command.ts'

/** Packages that are published, in the order in which they depend on each other. */
export const PUBLISHED = ['client', 'core', 'express', 'fastify', 'koa', 'nestjs', 'server'] as const
export type Published = (typeof PUBLISHED)[number]

const folder = join(root, 'node_modules', '.cache', 'packs')

/** Builds and packs every published package as `npm publish` would, and returns the path of each tarball. */
export async function packAll(): Promise<ReadonlyMap<Published, string>> {
  await build()
  rmSync(folder, { recursive: true, force: true })
  const packs = new Map<Published, string>()
  for (const name of PUBLISHED) {
    const destination = join(folder, name)
    mkdirSync(destination, { recursive: true })
    await runCommand('npm', ['exec', '--yes', `--package=pnpm@${pnpmVersion()}`, '--', 'pnpm', 'pack', '--pack-destination', destination], {
      cwd: join(root, 'packages', name),
      quiet: true,
    })
    packs.set(name, tarballIn(destination))
  }
  return packs
}

/** The tarballs that `packAll` made last. */
export function packed(): ReadonlyMap<Published, string> {
  return new Map(PUBLISHED.map((name) => [name, tarballIn(join(folder, name))]))
}

function tarballIn(destination: string): string {
  const file = readdirSync(destination).find((name) => name.endsWith('.tgz'))
  if (file === undefined) throw new Error(`no tarball in ${destination}`)
  return join(destination, file)
}

function pnpmVersion(): string {
  return JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).config.pnpm
}
