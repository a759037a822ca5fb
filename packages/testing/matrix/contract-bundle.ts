import { join } from 'node:path'
import { build } from 'tsup'
import { root } from '../../../scripts/run-command.ts'
import type { MatrixRow } from './table.ts'

/**
 * Writes the contract and an adapter's harness as plain JavaScript into a folder: `run-contract.mjs`, `child-app.mjs`
 * and the harness as `harness.mjs` and `harness.cjs`. Frameworks and adapters stay outside: the app has its own.
 */
export async function bundleContract(folder: string, adapter: MatrixRow['adapter']): Promise<void> {
  const common = {
    config: false as const,
    clean: false,
    dts: false,
    silent: true,
    splitting: false,
    target: 'node20',
    outDir: folder,
    removeNodeProtocol: false,
    outExtension: ({ format }: { format: string }) => ({ js: format === 'cjs' ? '.cjs' : '.mjs' }),
  }
  const testing = join(root, 'packages/testing')
  await build({
    ...common,
    entry: { 'run-contract': join(testing, 'src/run-contract.ts'), 'child-app': join(testing, 'src/child-app.ts') },
    format: ['esm'],
    noExternal: ['@wayside/protocol'],
    esbuildOptions: (options) => {
      options.conditions = ['@wayside/source']
    },
  })
  await build({
    ...common,
    entry: { harness: join(root, 'packages', adapter, 'test/harness.ts') },
    format: ['esm', 'cjs'],
    // `import.meta.url` in the CommonJS build.
    shims: true,
    external: [/^[^./]/],
  })
}
