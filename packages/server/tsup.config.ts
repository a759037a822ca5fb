import { cpSync } from 'node:fs'
import { defineConfig } from 'tsup'

export default defineConfig({
  entry: ['src/index.ts', 'src/cli/main.ts'],
  format: ['esm'],
  target: 'node22',
  dts: { entry: 'src/index.ts' },
  sourcemap: true,
  clean: true,
  treeshake: true,
  splitting: true,
  noExternal: ['@wayside/client', '@wayside/protocol'],
  // tsup drops `node:` from specifiers by default; node:sqlite exists only with it.
  removeNodeProtocol: false,
  // The dashboard is built before the server and travels inside it.
  onSuccess: async () => cpSync('../dashboard/dist', 'dist/public', { recursive: true }),
})
