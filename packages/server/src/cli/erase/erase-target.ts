import type { EraseDays, ErasureReceipt } from '@wayside/client'
import { SettingError } from '../../config/settings.ts'

/** What is to be removed: all that names a consumer, or the events of days. */
export type EraseTarget = { readonly consumer: Pick<ErasureReceipt, 'kind' | 'consumer'> } | { readonly days: EraseDays }

export interface TargetFlags {
  readonly userId?: string
  readonly apiKey?: string
  readonly oauthClient?: string
  readonly ip?: string
  readonly from?: string
  readonly to?: string
  readonly all?: boolean
}

const CONSUMERS = [
  ['userId', 'user'],
  ['apiKey', 'api_key'],
  ['oauthClient', 'oauth_client'],
  ['ip', 'ip'],
] as const

/** What the flags name. Throws `SettingError` unless it is one thing. */
export function toTarget(flags: TargetFlags): EraseTarget {
  const { from, to, all = false } = flags
  const consumers = CONSUMERS.flatMap(([flag, kind]) => (flags[flag] === undefined ? [] : [{ kind, consumer: flags[flag] }]))
  const hasDays = from !== undefined || to !== undefined
  const [consumer] = consumers
  if (consumers.length + Number(hasDays) + Number(all) !== 1) throw new SettingError('say what is to be removed: one of --user-id, --api-key, --oauth-client and --ip, or days with --from and --to, or --all')
  if (consumer !== undefined) {
    if (consumer.consumer === '') throw new SettingError('what names a consumer must not be empty')
    return { consumer }
  }
  return { days: { ...(from !== undefined && { from: checkDay('--from', from) }), ...(to !== undefined && { to: checkDay('--to', to) }) } }
}

function checkDay(flag: string, text: string): string {
  const time = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(text) : Number.NaN
  if (Number.isNaN(time) || !new Date(time).toISOString().startsWith(text)) throw new SettingError(`${flag} must be a day such as 2026-01-31, got ${JSON.stringify(text)}`)
  return text
}

const WORDS = { user: 'user id', api_key: 'API key', oauth_client: 'OAuth client', ip: 'address' } as const

/** Such as `all that names the user id "u-1"`. */
export function nameTarget(target: EraseTarget): string {
  if ('consumer' in target) return `all that names the ${WORDS[target.consumer.kind]} ${JSON.stringify(target.consumer.consumer)}`
  const { from, to } = target.days
  if (from === undefined && to === undefined) return 'all events'
  if (from === undefined) return `all events up to ${to}`
  return to === undefined ? `all events from ${from} on` : `all events from ${from} to ${to}`
}
