import type { Options } from 'tsup'

/** The bundler names each source file in a comment; without source maps they lead nowhere. */
const withoutFileNames: NonNullable<Options['plugins']>[number] = {
  name: 'without-file-names',
  renderChunk: (code) => ({ code: code.replace(/^\/\/ (?:src\/|\.\.\/|package\.json).*\n/gm, '') }),
}

/** How every SDK package is built: ESM and CommonJS with types for Node 20.19 and newer. */
export const sdk: Options = {
  entry: ['src/index.ts'],
  format: ['esm', 'cjs'],
  target: 'node20',
  // The private protocol package is inlined, types too; it is never published.
  dts: { resolve: [/^@wayside\/protocol$/, /^\.\.?\//] },
  // The output is not minified and reads like its source; maps with their sources would be 70 % of a package.
  sourcemap: false,
  clean: true,
  treeshake: true,
  splitting: false,
  plugins: [withoutFileNames],
  noExternal: ['@wayside/protocol'],
  // tsup drops `node:` from specifiers by default; diagnostics channels and node:sqlite need it.
  removeNodeProtocol: false,
}

/** How the example apps are built: one file of plain JavaScript, with their dependencies beside it as installed. */
export const example: Options = {
  entry: ['src/app.ts'],
  format: ['esm'],
  target: 'node20',
  sourcemap: true,
  clean: true,
  removeNodeProtocol: false,
}
