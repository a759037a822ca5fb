import type { ApiEvent, BatchHead, BatchReceipt, ErrorStack } from '@wayside/protocol'

/** Takes parsed deliveries: enriches them, drops what their privacy level forbids, journals them. */
export interface Receiver {
  /** Resolves when what was accepted is on disk. Rejects with `BackPressure` when the journal or the disk is full. */
  receive(delivery: Delivery): Promise<BatchReceipt>
}

/** Parsed and authenticated events of one sender. */
export interface Delivery {
  readonly project: { readonly id: number; /** The least privacy level that this project stores. */ readonly privacyFloor: 0 | 1 | 2 }
  /** `producerId` is `null` for clients without batch ids; their resends cannot be told from new events. */
  readonly head: Omit<BatchHead, 'producerId' | 'books'> & { readonly producerId: string | null }
  readonly events: readonly ApiEvent[]
  readonly stacks: readonly ErrorStack[]
  /** The sender's clock when it sent this, milliseconds since 1970; `null` when it did not say. */
  readonly sentAt: number | null
  readonly receivedAt: number
}
