import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Published, packed } from '../scripts/pack-all.ts'
import { root, runCommand } from '../scripts/run-command.ts'

/** What a benchmark installs: packages of npm in exact versions, and Wayside's own as they were packed last. */
export interface Installation {
  /** The folder below `bench/.cache`. */
  readonly name: string
  readonly packages: Readonly<Record<string, string>>
  readonly own: readonly Published[]
}

/**
 * Installs what is measured, Wayside's packed packages among it, into one folder outside the workspace, so that all of
 * them are installed alike. Does nothing when the same versions and tarballs are there already.
 */
export async function installPackages({ name, packages, own }: Installation): Promise<void> {
  const folder = join(root, 'bench', '.cache', name)
  const packs = packed()
  const tarballs = own.map((each) => packs.get(each) ?? '')
  const stampPath = join(folder, 'installed')
  const stamp = fingerprint(packages, tarballs)
  if (existsSync(stampPath) && readFileSync(stampPath, 'utf8') === stamp) return
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'package.json'), '{ "private": true }\n')
  const specifiers = Object.entries(packages).map(([each, version]) => `${each}@${version}`)
  // Some of the packages do not yet name the newest frameworks as peers, though they work with them.
  const flags = ['--save-exact', '--legacy-peer-deps', '--ignore-scripts', '--no-audit', '--no-fund']
  await runCommand('npm', ['install', ...flags, ...specifiers, ...tarballs.map((path) => `file:${path}`)], { cwd: folder, quiet: true })
  writeFileSync(stampPath, stamp)
}

function fingerprint(packages: Installation['packages'], tarballs: readonly string[]): string {
  const hash = createHash('sha256').update(JSON.stringify(packages))
  for (const path of tarballs) hash.update(readFileSync(path))
  return hash.digest('hex')
}
