import { setTimeout as pause } from 'node:timers/promises'
import type { Client, ErasureReceipt } from '@wayside/client'

export interface Waiting {
  /** Told how far it is. */
  readonly tell: (receipt: ErasureReceipt) => void
  /** @default 500 */
  readonly everyMs?: number
}

/** Resolves when all is gone that had been stored. Rejects when the server knows no more of the removal. */
export async function waitUntilErased(client: Pick<Client, 'erasures'>, { kind, consumer }: Pick<ErasureReceipt, 'kind' | 'consumer'>, { tell, everyMs = 500 }: Waiting): Promise<ErasureReceipt> {
  for (;;) {
    const receipt = (await client.erasures()).find((each) => each.kind === kind && each.consumer === consumer)
    if (receipt === undefined) throw new Error('the server does not know of the removal any more: its project was removed, or another data folder restored')
    tell(receipt)
    if (receipt.doneAt !== null) return receipt
    await pause(everyMs)
  }
}
