import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Published, packed } from '../../scripts/pack-all.ts'
import { root, runCommand } from '../../scripts/run-command.ts'
import { MEASURED_PACKAGES } from './measured-packages.ts'

const SDK_PACKAGES = ['core', 'express', 'fastify', 'koa', 'nestjs'] as const satisfies readonly Published[]

const folder = join(root, 'bench', '.cache', 'overhead')

/**
 * Installs what is measured, Wayside's packed packages among it, into one folder outside the workspace, so that all of
 * them are installed alike. Does nothing when the same versions and tarballs are there already.
 */
export async function installPackages(): Promise<void> {
  const packs = packed()
  const tarballs = SDK_PACKAGES.map((name) => packs.get(name) ?? '')
  const stampPath = join(folder, 'installed')
  const stamp = fingerprint(tarballs)
  if (existsSync(stampPath) && readFileSync(stampPath, 'utf8') === stamp) return
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'package.json'), '{ "private": true }\n')
  const specifiers = Object.entries(MEASURED_PACKAGES).map(([name, version]) => `${name}@${version}`)
  // Some of the packages do not yet name the newest frameworks as peers, though they work with them.
  const flags = ['--save-exact', '--legacy-peer-deps', '--ignore-scripts', '--no-audit', '--no-fund']
  await runCommand('npm', ['install', ...flags, ...specifiers, ...tarballs.map((path) => `file:${path}`)], { cwd: folder, quiet: true })
  writeFileSync(stampPath, stamp)
}

function fingerprint(tarballs: readonly string[]): string {
  const hash = createHash('sha256').update(JSON.stringify(MEASURED_PACKAGES))
  for (const path of tarballs) hash.update(readFileSync(path))
  return hash.digest('hex')
}
