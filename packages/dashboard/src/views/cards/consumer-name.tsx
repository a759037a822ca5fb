import type { DimensionValue } from '@wayside/protocol'
import { CONSUMER_KINDS } from '../dimension-words.ts'

export interface ConsumerNameProps {
  readonly consumer: DimensionValue
  readonly kind: DimensionValue
}

/** Hexadecimal digits of an API key's hash that tell one from another. */
const SHOWN_HASH_DIGITS = 10

/** Who calls, and what that is known by where it is no user id. */
export function ConsumerName({ consumer, kind }: ConsumerNameProps) {
  if (consumer === null) return <em class="quiet">unknown</em>
  const text = String(consumer)
  // A server newer than the page may know more kinds.
  const label = kind === 'user' ? null : (CONSUMER_KINDS[String(kind)] ?? null)
  return (
    <>
      <bdi>{kind === 'api_key' ? `${text.slice(0, SHOWN_HASH_DIGITS)}…` : text}</bdi>
      {label !== null && <span class="tag">{label}</span>}
    </>
  )
}
