import { loadPackage } from './load-package.ts'
import type { StartSdk } from './sdk.ts'

/** PostHog: a capture call for each event. */
export const startPostHog: StartSdk = ({ collectorUrl, key }) => {
  const { PostHog } = loadPackage('posthog-node')
  const client = new PostHog(key, { host: collectorUrl })
  return {
    capture: (event) => client.capture({ distinctId: event.userId ?? 'nobody', event: 'API request', properties: event }),
    shutdown: () => client.shutdown(),
  }
}
