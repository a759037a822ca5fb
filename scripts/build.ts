// Builds every package that is shipped. A package whose sources and whose dependencies' sources are unchanged since its
// last build is left as it is, so that a second run costs nothing. `npm run build -- docs` also writes the parts of the
// pages that are made from the code.
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import process from 'node:process'
import { pathToFileURL } from 'node:url'
import { root, runCommand } from './run-command.ts'

interface Package {
  readonly folder: string
  /** Folders whose sources end up in this package's output. */
  readonly inlines: readonly string[]
  readonly tool: 'tsup' | 'vite'
}

const sdk = (name: string, ...inlines: string[]): Package => ({ folder: `packages/${name}`, inlines, tool: 'tsup' })
const example = (name: string): Package => ({ folder: `examples/${name}`, inlines: ['examples/shop', `packages/${name}`, 'packages/core', 'packages/protocol'], tool: 'tsup' })

/** Waves of packages: each wave needs only the ones before it. */
const WAVES: readonly (readonly Package[])[] = [
  [sdk('core', 'packages/protocol'), sdk('client', 'packages/protocol'), { folder: 'packages/dashboard', inlines: ['packages/protocol'], tool: 'vite' }],
  [sdk('express', 'packages/core'), sdk('fastify', 'packages/core'), sdk('koa', 'packages/core'), sdk('server', 'packages/protocol', 'packages/client', 'packages/dashboard')],
  [sdk('nestjs', 'packages/core', 'packages/express', 'packages/fastify'), example('express'), example('fastify'), example('koa')],
  [example('nestjs')],
]

const CONCURRENT = 2

export async function build(): Promise<void> {
  for (const wave of WAVES) {
    const stale = wave.filter((each) => existsSync(join(root, each.folder, 'package.json')) && !isFresh(each))
    for (let at = 0; at < stale.length; at += CONCURRENT) await Promise.all(stale.slice(at, at + CONCURRENT).map(buildPackage))
  }
}

async function buildPackage(each: Package): Promise<void> {
  const startedAt = performance.now()
  const args = each.tool === 'vite' ? ['build', '--logLevel', 'warn'] : ['--silent']
  await runCommand(join(root, bin(each)), args, { cwd: join(root, each.folder), quiet: true })
  mkdirSync(dirname(stampPath(each)), { recursive: true })
  writeFileSync(stampPath(each), fingerprint(each))
  process.stdout.write(`built ${each.folder} in ${((performance.now() - startedAt) / 1000).toFixed(1)} s\n`)
}

function bin(each: Package): string {
  return each.tool === 'vite' ? 'packages/dashboard/node_modules/.bin/vite' : 'node_modules/.bin/tsup'
}

function isFresh(each: Package): boolean {
  return existsSync(join(root, each.folder, 'dist')) && existsSync(stampPath(each)) && readFileSync(stampPath(each), 'utf8') === fingerprint(each)
}

/** Outside `dist`, which is packed as it is. */
function stampPath(each: Package): string {
  return join(root, 'node_modules/.cache/built', each.folder.replace('/', '-'))
}

function fingerprint(each: Package): string {
  const hash = createHash('sha256')
  for (const path of ['tsup.base.ts', 'tsconfig.base.json', 'pnpm-lock.yaml']) hash.update(readFileSync(join(root, path)))
  for (const folder of [each.folder, ...each.inlines]) hashFolder(join(root, folder), hash)
  return hash.digest('hex')
}

const NOT_SOURCES = new Set(['node_modules', 'dist', 'test', '.matrix'])

function hashFolder(folder: string, hash: ReturnType<typeof createHash>): void {
  for (const entry of readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) {
      if (!NOT_SOURCES.has(entry.name)) hashFolder(path, hash)
    } else if (!entry.name.endsWith('.md') && !entry.name.includes('.test.')) hash.update(path.slice(root.length)).update(readFileSync(path))
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await build()
  if (process.argv.includes('docs')) {
    const [{ writeSection }, { SECTIONS }] = await Promise.all([import('./docs/generated-section.ts'), import('./docs/sections.ts')])
    for (const section of SECTIONS) writeSection(section)
  }
}
