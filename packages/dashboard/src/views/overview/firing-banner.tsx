import { ALERT_SEVERITIES, type Alert } from '@wayside/protocol'
import { Icon } from '../../widgets/icon.tsx'
import { ViewLink } from '../frame/view-link.tsx'

/** Alerts that go on, the worst of them in its words. */
export function FiringBanner({ alerts }: { readonly alerts: readonly Alert[] }) {
  const [worst] = alerts.toSorted((a, b) => ALERT_SEVERITIES.indexOf(a.severity) - ALERT_SEVERITIES.indexOf(b.severity))
  return (
    <div class="banner banner--bad">
      <Icon name="warning" />
      <p>
        <bdi>{worst?.message}</bdi>. <ViewLink name="alerts">{alerts.length === 1 ? 'See the alert' : `See all ${alerts.length} alerts`}</ViewLink>
      </p>
    </div>
  )
}
