import { loadPackage } from './load-package.ts'
import type { StartSdk } from './sdk.ts'

/** Segment: a track call for each event. */
export const startSegment: StartSdk = ({ collectorUrl, key }) => {
  const { Analytics } = loadPackage('@segment/analytics-node')
  const analytics = new Analytics({ writeKey: key, host: collectorUrl })
  return {
    capture: (event) => analytics.track({ userId: event.userId ?? 'nobody', event: 'API request', properties: event }),
    shutdown: () => analytics.closeAndFlush(),
  }
}
