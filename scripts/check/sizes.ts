import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { packed } from '../pack-all.ts'
import { root, runCommand } from '../run-command.ts'

const KB = 1_024
const MIB = 1024 * 1024

/** Measured sizes in bytes: packages as installed, the dashboard's scripts of its first load as sent. */
export interface Sizes {
  /** `@wayside/core` with its one dependency. */
  readonly coreInstalled: number
  readonly coreOwn: number
  readonly adapters: Readonly<Record<string, number>>
  readonly dashboardScriptsGzip: number
  /** All that a browser loads for the first view. */
  readonly dashboardGzip: number
}

export async function checkSizes(): Promise<string> {
  const sizes = await measureSizes()
  const over: string[] = []
  const limit = (name: string, bytes: number, most: number) => {
    if (bytes > most) over.push(`${name} has ${bytes} bytes, at most ${most} are allowed`)
  }
  limit('@wayside/core with undici', sizes.coreInstalled, 2 * MIB)
  limit('@wayside/core itself', sizes.coreOwn, 200 * KB)
  for (const [name, bytes] of Object.entries(sizes.adapters)) limit(`@wayside/${name}`, bytes, 30 * KB)
  limit("the dashboard's first scripts, gzip", sizes.dashboardScriptsGzip, 60 * KB)
  limit("the dashboard's first load, gzip", sizes.dashboardGzip, 90 * KB)
  if (over.length > 0) throw new Error(over.join('\n'))
  const adapters = Object.entries(sizes.adapters).map(([name, bytes]) => `${name} ${kb(bytes)}`)
  return `core ${kb(sizes.coreOwn)}, with undici ${kb(sizes.coreInstalled)}, ${adapters.join(', ')}, page scripts ${kb(sizes.dashboardScriptsGzip)} gzip, with all else ${kb(sizes.dashboardGzip)}`
}

export async function measureSizes(): Promise<Sizes> {
  const packs = packed()
  const folder = mkdtempSync(join(tmpdir(), 'wayside-sizes-'))
  try {
    const tarballs = (['core', 'express', 'fastify', 'koa', 'nestjs'] as const).map((name) => `file:${packs.get(name)}`)
    await runCommand('npm', ['install', '--prefix', folder, '--legacy-peer-deps', '--ignore-scripts', '--no-audit', '--no-fund', ...tarballs], { quiet: true })
    const firstLoad = dashboardFirstLoad()
    const own = (name: string) => folderBytes(join(folder, 'node_modules/@wayside', name))
    return {
      coreInstalled: own('core') + folderBytes(join(folder, 'node_modules/undici')),
      coreOwn: own('core'),
      adapters: Object.fromEntries(['express', 'fastify', 'koa', 'nestjs'].map((name) => [name, own(name)])),
      dashboardScriptsGzip: gzipBytes(firstLoad.filter((path) => path.endsWith('.js'))),
      dashboardGzip: gzipBytes(firstLoad),
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function folderBytes(folder: string): number {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0)
}

/** The page and the files that it names; code of other views is loaded when they are shown. */
function dashboardFirstLoad(): readonly string[] {
  const page = join(root, 'packages/dashboard/dist/index.html')
  const named = readFileSync(page, 'utf8').matchAll(/(?:src|href)="([^"]+)"/g)
  return [page, ...Array.from(named, ([, path = '']) => join(page, '..', path))]
}

function gzipBytes(paths: readonly string[]): number {
  return paths.reduce((sum, path) => sum + gzipSync(readFileSync(path)).length, 0)
}

function kb(bytes: number): string {
  return `${(bytes / KB).toFixed(0)} KB`
}
