import { createRequire } from 'node:module'

/**
 * Loads a package from the benchmark's own install in `bench/.cache`, which the workspace knows nothing of: so its
 * exports have no types here. `require` also lets OpenTelemetry patch what is loaded after it.
 */
export const loadPackage: NodeJS.Require = createRequire(new URL('../../.cache/overhead/', import.meta.url))
