import { createHash } from 'node:crypto'
import type { ReceiverGroup } from './receivers/receiver.ts'

/**
 * Names a receiver group on disk by its addresses and keys, in hexadecimal digits: what was meant for one project must
 * never go to another.
 */
export function toGroupId({ receivers }: ReceiverGroup): string {
  const parts = receivers.map(({ url, apiKey }) => [url.href, apiKey])
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 16)
}
