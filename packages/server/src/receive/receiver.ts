import type { ApiEvent, BatchHead, BatchReceipt, Books, ErrorStack, SeqRange, ShedWindow } from '@wayside/protocol'

/** Takes parsed deliveries: enriches them, drops what their privacy level forbids, journals them. */
export interface Receiver {
  /** Resolves when what was accepted is on disk. Rejects with `BackPressure` when the journal or the disk is full. */
  receive(delivery: Delivery): Promise<BatchReceipt>
}

/** Parsed and authenticated events of one sender. */
export interface Delivery {
  readonly project: { readonly id: number; /** The least privacy level that this project stores. */ readonly privacyFloor: 0 | 1 | 2 }
  readonly head: Omit<BatchHead, 'producerId' | 'books'>
  /** `null` for clients without batch ids; their resends cannot be told from new events. */
  readonly producer: ProducerReport | null
  /** Those of a producer in ascending order of seq, each once. */
  readonly events: readonly ApiEvent[]
  readonly stacks: readonly ErrorStack[]
  /** The sender's clock when it sent this, milliseconds since 1970; `null` when it did not say. */
  readonly sentAt: number | null
  readonly receivedAt: number
}

/** What a producer tells beside its events. */
export interface ProducerReport {
  readonly producerId: string
  readonly books: Books
  readonly droppedSeqs: readonly SeqRange[]
  readonly shed: readonly ShedWindow[]
  /** Events of this batch that could not be read, ascending. */
  readonly rejectedSeqs: readonly number[]
  /** Another receiver may hold this batch too. */
  readonly ambiguous: boolean
  /** The producer sends to several receivers that stand in for each other. */
  readonly shared: boolean
}
