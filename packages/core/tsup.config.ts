import { defineConfig } from 'tsup'
import { sdk } from '../../tsup.base.ts'

/**
 * One copy of the code for both ways to load it, with `index.js` in front of it for `import`: half the files, and one module
 * in an app that uses both ways.
 */
export default defineConfig({ ...sdk, format: ['cjs'], esbuildOptions: (options) => void (options.minifySyntax = true) })
