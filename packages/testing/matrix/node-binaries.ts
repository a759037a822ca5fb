import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { runCommand } from '../../../scripts/run-command.ts'

/** Installs a Node into the cache folder, as the npm package that holds nothing but its binary, and returns its path. */
export async function installNode(cacheFolder: string, version: string): Promise<string> {
  if (process.platform !== 'linux') throw new Error(`the matrix needs Linux: there is no Node ${version} to install on ${process.platform}`)
  const name = `node-linux-${process.arch}`
  const folder = join(cacheFolder, 'nodes', version)
  const binary = join(folder, 'node_modules', name, 'bin', 'node')
  if (existsSync(binary)) return binary
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, dependencies: { [name]: version } }))
  await runCommand('npm', ['install', '--no-audit', '--no-fund', '--prefer-offline'], { cwd: folder, quiet: true })
  return binary
}
