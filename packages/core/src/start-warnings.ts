import type { ResolvedOptions } from './options.ts'
import { isPrivateHost } from './receivers/private-address.ts'
import { hostOf } from './receivers/url-address.ts'

/** What the operator should know at start, each as one sentence. */
export function startWarnings(
  { receiverGroups, addressGiven }: Pick<ResolvedOptions<unknown>, 'receiverGroups' | 'addressGiven'>,
  production: boolean,
): readonly string[] {
  const warnings: string[] = []
  for (const { url, allowCleartext } of receiverGroups.flatMap(({ receivers }) => receivers)) {
    if (production && !addressGiven) warnings.push(`Wayside sends to ${url.href} because neither serverUrl nor WAYSIDE_URL is set.`)
    if (url.protocol === 'http:' && !allowCleartext && !isPrivateHost(hostOf(url)))
      warnings.push(
        `Wayside sends its key and its events to ${url.href} unencrypted, and only while ${url.hostname} has a private address: ` +
          'write https:, or set allowCleartext: true (WAYSIDE_ALLOW_CLEARTEXT) to send them over public networks too.',
      )
  }
  return warnings
}
