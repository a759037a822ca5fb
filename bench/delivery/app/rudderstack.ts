import { loadPackage } from './load-package.ts'
import type { StartSdk } from './sdk.ts'

/** RudderStack: a track call for each event. */
export const startRudderStack: StartSdk = ({ collectorUrl, key }) => {
  const RudderAnalytics = loadPackage('@rudderstack/rudder-sdk-node')
  const client = new RudderAnalytics(key, { dataPlaneUrl: collectorUrl })
  return {
    capture: (event) => client.track({ userId: event.userId ?? 'nobody', event: 'API request', properties: event }),
    shutdown: () => client.flush(),
  }
}
