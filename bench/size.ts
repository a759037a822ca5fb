// What the packages weigh when installed, beside their peers. Run by `npm run bench size`; see bench/README.md.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { measureSizes } from '../scripts/check/sizes.ts'
import { packAll, packed } from '../scripts/pack-all.ts'
import { root, runCommand } from '../scripts/run-command.ts'
import { describeMachine, today } from './machine.ts'
import { toTable } from './markdown-table.ts'
import { MEASURED_PACKAGES } from './overhead/measured-packages.ts'

const KB = 1_000

/** Packages that a user installs together; the first gives the row its version. */
const PEERS: readonly (readonly (keyof typeof MEASURED_PACKAGES)[])[] = [
  ['apitally'],
  ['node-api-analytics'],
  ['moesif-nodejs'],
  ['readmeio'],
  ['prom-client'],
  ['pino-http'],
  ['@opentelemetry/sdk-node', '@opentelemetry/instrumentation-http', '@opentelemetry/instrumentation-express'],
]

// `--packed` measures the tarballs that were packed last instead of packing the packages again.
if (!process.argv.includes('--packed')) await packAll()

const tarballs = packed()
const sizes = await measureSizes()
const rows: string[][] = []
for (const adapter of ['express', 'fastify', 'koa', 'nestjs'] as const) {
  const specifiers = (adapter === 'nestjs' ? ['core', 'express', 'fastify', 'nestjs'] as const : ['core', adapter] as const).map((name) => `file:${tarballs.get(name)}`)
  rows.push(await toRow(`**@wayside/${adapter}**`, `@wayside/${adapter}`, specifiers))
}
for (const names of PEERS) {
  rows.push(await toRow(names.join(', '), names[0] ?? '', names.map((each) => `${each}@${MEASURED_PACKAGES[each]}`)))
}
const server = await measureInstall('wayside', [`file:${tarballs.get('server')}`])

const report = `## bench/size: what an install weighs

${describeMachine()}. ${today()}. \`npm run bench size\`

The files that npm installs into an app, without its framework. 1 kB is 1,000 bytes.

${toTable(['package', 'version', 'packages', 'own files (kB)', 'all files (kB)'], rows)}

- @wayside/core: ${kb(sizes.coreOwn)} kB of its own, ${kb(sizes.coreInstalled)} kB with undici.
- The dashboard's scripts: ${kb(sizes.dashboardScriptsGzip)} kB after gzip.
- The server, \`wayside\`: ${kb(server.ownBytes)} kB of its own, the dashboard included; ${kb(server.allBytes)} kB in ${server.packages} packages, most of
  it the database engine for this platform.
`
const path = join(root, 'bench/results/size.md')
mkdirSync(join(path, '..'), { recursive: true })
writeFileSync(path, report)
process.stdout.write(report)

async function toRow(label: string, name: string, specifiers: readonly string[]): Promise<string[]> {
  const { version, packages, ownBytes, allBytes } = await measureInstall(name, specifiers)
  return [label, version, String(packages), kb(ownBytes), kb(allBytes)]
}

interface Installed {
  readonly version: string
  readonly packages: number
  readonly ownBytes: number
  readonly allBytes: number
}

/** Installs into an empty folder, without peers, and counts what is there. */
async function measureInstall(name: string, specifiers: readonly string[]): Promise<Installed> {
  const folder = mkdtempSync(join(tmpdir(), 'wayside-bench-size-'))
  try {
    writeFileSync(join(folder, 'package.json'), '{ "private": true }\n')
    await runCommand('npm', ['install', '--legacy-peer-deps', '--ignore-scripts', '--no-audit', '--no-fund', ...specifiers], { cwd: folder, quiet: true })
    const modules = join(folder, 'node_modules')
    const manifest: { version: string } = JSON.parse(readFileSync(join(modules, name, 'package.json'), 'utf8'))
    const lock: { packages: Record<string, unknown> } = JSON.parse(readFileSync(join(modules, '.package-lock.json'), 'utf8'))
    const files = readdirSync(modules, { withFileTypes: true, recursive: true }).filter((entry) => entry.isFile())
    const bytes = (under: string) =>
      files.filter((file) => `${file.parentPath}/`.startsWith(`${under}/`)).reduce((sum, file) => sum + statSync(join(file.parentPath, file.name)).size, 0)
    const nested = bytes(join(modules, name, 'node_modules'))
    return { version: manifest.version, packages: Object.keys(lock.packages).length, ownBytes: bytes(join(modules, name)) - nested, allBytes: bytes(modules) }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function kb(bytes: number): string {
  return Math.round(bytes / KB).toLocaleString('en')
}
