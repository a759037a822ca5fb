import type { Published } from '../../../scripts/pack-all.ts'

/** One set of framework versions that the adapters promise to work with. */
export interface MatrixRow {
  /** Names the row and its scratch app. */
  readonly name: string
  /** Whose `test/harness.ts` builds the contract's app. */
  readonly adapter: 'express' | 'fastify' | 'koa' | 'nestjs'
  readonly dependencies: Readonly<Record<string, string>>
  /** Versions of packages below the dependencies. */
  readonly overrides?: Readonly<Record<string, string>>
}

export interface MatrixNode {
  readonly version: string
  readonly formats: readonly Format[]
}

/** How the app loads the adapter: `import` of the ESM build or `require` of the CommonJS one. */
export type Format = 'esm' | 'cjs'

/**
 * The lowest Node that the SDK supports, and the newest of each later line. The formats are the same code loaded in two ways: each
 * Node tries one of them for every change, and both in the full run.
 */
export const NODES: readonly MatrixNode[] = [
  { version: '20.19.0', formats: ['cjs'] },
  { version: '22.23.3', formats: ['esm'] },
  { version: '24.21.0', formats: ['esm'] },
  { version: '26.10.0', formats: ['cjs'] },
]
export const FORMATS: readonly Format[] = ['esm', 'cjs']

/** The oldest and the newest of each line of each framework. */
export const ROWS: readonly MatrixRow[] = [
  express('4.18.0'),
  express('4.22.3'),
  express('5.0.0', '2.0.0'),
  express('5.1.0', '2.2.0'),
  express('5.3.0', '2.3.0'),
  fastify('4.10.0'),
  fastify('4.29.1'),
  fastify('5.0.0'),
  fastify('5.12.8'),
  koa('2.13.0', '12.0.0'),
  koa('2.16.4', '12.0.2'),
  koa('2.16.4', '13.1.1'),
  koa('2.16.4', '15.7.0'),
  koa('3.3.0', '12.0.2'),
  koa('3.3.0', '13.1.1'),
  koa('3.3.0', '14.0.0'),
  koa('3.3.0', '15.7.0'),
  nest('10.0.0', '10.0.0', '7.8.1'),
  nest('10.4.22', '10.4.22', '7.8.2'),
  nest('11.2.10', '11.2.8', '7.8.2'),
  nest('12.5.1', '12.5.0', '7.8.2'),
]

/** The packages that an adapter's app installs, from their tarballs. */
export const TARBALLS: Readonly<Record<MatrixRow['adapter'], readonly Published[]>> = {
  express: ['core', 'express'],
  fastify: ['core', 'fastify'],
  koa: ['core', 'koa'],
  nestjs: ['core', 'express', 'fastify', 'nestjs'],
}

function express(version: string, router?: string): MatrixRow {
  const name = router === undefined ? `express ${version}` : `express ${version}, router ${router}`
  return { name, adapter: 'express', dependencies: { express: version }, ...(router !== undefined && { overrides: { router } }) }
}

function fastify(version: string): MatrixRow {
  return { name: `fastify ${version}`, adapter: 'fastify', dependencies: { fastify: version } }
}

function koa(version: string, router: string): MatrixRow {
  return { name: `koa ${version}, router ${router}`, adapter: 'koa', dependencies: { koa: version, '@koa/router': router } }
}

function nest(version: string, platformFastify: string, rxjs: string): MatrixRow {
  const dependencies = {
    '@nestjs/common': version,
    '@nestjs/core': version,
    '@nestjs/platform-express': version,
    '@nestjs/platform-fastify': platformFastify,
    'reflect-metadata': version.startsWith('10.0') ? '0.1.13' : '0.2.2',
    rxjs,
  }
  return { name: `nest ${version}`, adapter: 'nestjs', dependencies }
}
