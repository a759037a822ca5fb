import { createRequire } from 'node:module'

/** Loads a package from the benchmark's own install in `bench/.cache`, which the workspace knows nothing of. */
export const loadPackage: NodeJS.Require = createRequire(new URL('../../.cache/delivery/', import.meta.url))
