import { globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { parse } from 'yaml'

const ROOT = fileURLToPath(new URL('../../../', import.meta.url))
const RUN_AT_INSTALL = ['preinstall', 'install', 'postinstall', 'prepare']

const read = (path: string) => readFileSync(`${ROOT}${path}`, 'utf8')

interface Manifest {
  readonly name: string
  readonly private?: boolean
  readonly scripts?: Readonly<Record<string, string>>
  readonly dependencies?: Readonly<Record<string, string>>
}

const published = globSync('packages/*/package.json', { cwd: ROOT })
  .map((path) => JSON.parse(read(path)) as Manifest)
  .filter(({ private: isPrivate }) => isPrivate !== true)

test('no package of ours runs anything when it is installed', () => {
  expect(published.length).toBeGreaterThan(5)
  for (const { name, scripts = {} } of published) expect({ name, scripts: Object.keys(scripts).filter((script) => RUN_AT_INSTALL.includes(script)) }).toEqual({ name, scripts: [] })
})

test('the SDK has one dependency, and its adapters have ours alone', () => {
  const names = (name: string) => Object.keys(published.find((each) => each.name === name)?.dependencies ?? {})

  expect(names('@wayside/core')).toEqual(['undici'])
  for (const framework of ['express', 'fastify', 'koa', 'nestjs']) expect(names(`@wayside/${framework}`).filter((name) => !name.startsWith('@wayside/'))).toEqual([])
})

test('no install script of a dependency runs', () => {
  const { allowBuilds } = parse(read('pnpm-workspace.yaml')) as { readonly allowBuilds: Readonly<Record<string, boolean>> }

  expect(Object.values(allowBuilds)).not.toContain(true)
})

test('the lock file holds the checksum of each package', () => {
  const { packages } = parse(read('pnpm-lock.yaml')) as { readonly packages: Readonly<Record<string, { readonly resolution: { readonly integrity?: string } }>> }

  expect(Object.keys(packages).length).toBeGreaterThan(100)
  expect(Object.entries(packages).filter(([, { resolution }]) => !resolution.integrity?.startsWith('sha512-')).map(([name]) => name)).toEqual([])
})
