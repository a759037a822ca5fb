import type { Dimension, DimensionValue, Quantity, TagDimension } from '@wayside/protocol'
import { toCountryName } from '../format/country.ts'
import type { Chip } from '../state/chip.ts'

/** Dimensions in the words of titles and chips. */
export const DIMENSION_NAMES: Readonly<Record<Dimension, string>> = {
  endpoint: 'Endpoint',
  method: 'Method',
  route: 'Route',
  path: 'Path',
  status: 'Status',
  statusClass: 'Status class',
  outcome: 'Outcome',
  host: 'Host',
  consumer: 'Consumer',
  consumerKind: 'Kind of consumer',
  userId: 'User id',
  apiKey: 'API key',
  oauthClient: 'OAuth client',
  country: 'Country',
  client: 'Client',
  clientVersion: 'Client version',
  os: 'OS',
  device: 'Device',
  bot: 'Bot',
  apiVersion: 'API version',
  framework: 'Framework',
  service: 'Service',
  serviceVersion: 'Service version',
  environment: 'Environment',
  instance: 'Instance',
  errorClass: 'Error',
  errorFingerprint: 'Error place',
}

const QUANTITY_NAMES: Readonly<Record<Quantity, string>> = {
  status: 'Status',
  durationMs: 'Duration (ms)',
  upstreamMs: 'Upstream time (ms)',
  requestBytes: 'Request bytes',
  responseBytes: 'Response bytes',
}

export function nameDimension(dimension: Dimension | TagDimension): string {
  return isTag(dimension) ? dimension.slice(4) : DIMENSION_NAMES[dimension]
}

/** A value as text; `null` when it is unknown. */
export function nameValue(dimension: Dimension | TagDimension, value: DimensionValue): string | null {
  if (value === null) return null
  if (dimension === 'country') return toCountryName(String(value))
  if (dimension === 'bot') return value === true ? 'Bots' : 'No bots'
  if (dimension === 'consumerKind') return CONSUMER_KINDS[String(value)] ?? String(value)
  if (dimension === 'outcome') return OUTCOMES[String(value)] ?? String(value)
  return String(value)
}

export const CONSUMER_KINDS: Readonly<Record<string, string>> = { user: 'User', api_key: 'API key', oauth_client: 'OAuth client', ip: 'IP', unknown: 'Unknown' }
const OUTCOMES: Readonly<Record<string, string>> = { completed: 'Completed', aborted_before_headers: 'Left before an answer', aborted_mid_body: 'Left during the answer' }

/** A chip in words: what, whether it must be so, and which value. */
export function nameChip(chip: Chip): { readonly what: string; readonly how: string; readonly value: string } {
  if (chip.kind === 'bound') return { what: QUANTITY_NAMES[chip.quantity], how: chip.comparison === 'gte' ? 'at least' : 'below', value: String(chip.value) }
  return { what: nameDimension(chip.dimension), how: chip.isExcluded ? 'is not' : 'is', value: nameValue(chip.dimension, chip.value) ?? 'unknown' }
}

function isTag(dimension: Dimension | TagDimension): dimension is TagDimension {
  return dimension.startsWith('tag:')
}
