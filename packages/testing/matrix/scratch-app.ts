import { createHash } from 'node:crypto'
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Published } from '../../../scripts/pack-all.ts'
import { runCommand } from '../../../scripts/run-command.ts'
import { TARBALLS, type MatrixRow } from './table.ts'

/**
 * Makes an app as a stranger has it: the row's framework from the registry and the packed adapter, installed by npm, with
 * the bundled contract beside. An app whose versions and tarballs are unchanged is kept.
 * @returns the app's folder.
 */
export async function makeScratchApp(
  cacheFolder: string,
  row: MatrixRow,
  tarballs: ReadonlyMap<Published, string>,
  bundleFolder: string,
): Promise<string> {
  const folder = join(cacheFolder, 'apps', row.name.replaceAll(/[^\w.]+/g, '-'))
  const packed = TARBALLS[row.adapter].map((name) => [`@wayside/${name}`, tarballOf(tarballs, name)] as const)
  const dependencies = { ...row.dependencies, ...Object.fromEntries(packed.map(([name, path]) => [name, `file:${path}`])) }
  const manifest = JSON.stringify({ private: true, dependencies, overrides: row.overrides ?? {} }, null, 2)
  const stamp = createHash('sha256').update(manifest)
  for (const [, path] of packed) stamp.update(readFileSync(path))
  await install(folder, manifest, stamp.digest('hex'))
  for (const file of ['run-contract.mjs', 'child-app.mjs', 'harness.mjs', 'harness.cjs']) cpSync(join(bundleFolder, file), join(folder, file))
  return folder
}

async function install(folder: string, manifest: string, stamp: string): Promise<void> {
  const stampPath = join(folder, '.installed')
  if (existsSync(stampPath) && readFileSync(stampPath, 'utf8') === stamp) return
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'package.json'), manifest)
  // Peers of old majors may not name the newest of their own peers; what counts is that the contract holds.
  const flags = ['--no-audit', '--no-fund', '--no-package-lock', '--prefer-offline', '--legacy-peer-deps']
  await runCommand('npm', ['install', ...flags], { cwd: folder, quiet: true })
  writeFileSync(stampPath, stamp)
}

function tarballOf(tarballs: ReadonlyMap<Published, string>, name: Published): string {
  const path = tarballs.get(name)
  if (path === undefined) throw new Error(`${name} was not packed`)
  return path
}
