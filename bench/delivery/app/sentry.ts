import { loadPackage } from './load-package.ts'
import type { StartSdk } from './sdk.ts'

/** Sentry: a message for each event. */
export const startSentry: StartSdk = ({ collectorUrl, key }) => {
  const { host } = new URL(collectorUrl)
  const Sentry = loadPackage('@sentry/node')
  Sentry.init({ dsn: `http://${key}@${host}/1` })
  return {
    capture: (event) => void Sentry.captureMessage(`${event.method} ${event.path}`, { extra: { ...event } }),
    shutdown: () => Sentry.close(2_000),
  }
}
