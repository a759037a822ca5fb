import type { StartSdk } from './sdk.ts'

/** No SDK: what the process does by itself. */
export const startBare: StartSdk = () => ({ capture: () => undefined, shutdown: () => Promise.resolve() })
