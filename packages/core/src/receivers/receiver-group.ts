import { lookup as systemLookup } from 'node:dns'
import type { LookupFunction } from 'node:net'
import type { FrozenBatch } from '../lane/frozen-batch.ts'
import type { SendResult } from '../send-result.ts'
import { untraced } from '../untraced.ts'
import { createDoubtfulBatches } from './doubtful-batches.ts'
import { orderReceivers } from './order-receivers.ts'
import { createReceiverHealth, type ReceiverHealth } from './receiver-health.ts'
import type { Receiver, ReceiverGroup } from './receiver.ts'
import { createTransport, type Transport } from './transport.ts'
import { warmUp } from './warm-up.ts'

/** Sends batches to one of a group's receivers. */
export interface GroupTransport {
  /** Tries receivers until one answers for the batch, each within its time; never rejects. */
  send(batch: FrozenBatch, signal: AbortSignal): Promise<SendResult>
  /**
   * The process exits now: hands the batch to a connection that is open and idle, for the kernel to send, and waits for
   * nothing. Returns whether there was one. What becomes of it nobody learns, so it is only for what is lost otherwise.
   */
  part(batch: FrozenBatch): boolean
  /**
   * The end is near, and what is not delivered by then is lost: a batch that one receiver may hold no longer waits for
   * it. A copy too many at another store is better than none, and it is marked.
   */
  release(): void
  /** Closes all connections at once. */
  close(): void
}

export interface ReceiverGroupDeps {
  /** Longest time of one attempt at one receiver. */
  readonly requestTimeoutMs: number
  /** Milliseconds since 1970. */
  readonly now: () => number
  readonly monotonicMs: () => number
  readonly random: () => number
  /** Told when a batch was taken by another receiver than it was sent to first, with the reason. */
  readonly onTrouble: (message: string) => void
  /** The system's look-up of names by default. */
  readonly lookup?: LookupFunction
}

interface Member {
  readonly receiver: Receiver
  readonly health: ReceiverHealth
  readonly transport: Transport
  /** Why it did not take a batch when it was last asked. */
  trouble: string
}

/**
 * Makes the transport of one group. A receiver that has certainly not taken a batch is followed by the next one in the
 * same `send`; where it may have, the batch stays with it for a while, so that it is not stored twice.
 */
export function createReceiverGroup(group: ReceiverGroup, deps: ReceiverGroupDeps): GroupTransport {
  const { requestTimeoutMs, now, monotonicMs, random, onTrouble, lookup = systemLookup } = deps
  const members: readonly Member[] = group.receivers.map((receiver) => ({
    receiver,
    health: createReceiverHealth(monotonicMs, random),
    transport: createTransport(receiver, { receivers: group.receivers.length, requestTimeoutMs, now, lookup }),
    trouble: '',
  }))
  const doubtful = createDoubtfulBatches<Member>(monotonicMs)
  void untraced(() => warmUp().catch(() => undefined)) // It is a favour: without it the first delivery does the same.

  /** Origins of other members that may hold the batch. */
  function doubtfulBeside(member: Member, batch: FrozenBatch): readonly string[] {
    return doubtful.of(batch.id).flatMap((other) => (other === member ? [] : [other.receiver.url.origin]))
  }

  async function attempt(member: Member, batch: FrozenBatch, signal: AbortSignal): Promise<SendResult> {
    const end = member.health.begin()
    const made = await member.transport.send(batch, doubtfulBeside(member, batch), signal)
    // An attempt that was called off says nothing about the receiver.
    end(signal.aborted ? null : made.result)
    if (made.inDoubt && members.length > 1) doubtful.doubt(batch.id, member)
    return made.result
  }

  /** Receivers that may hold the batch come last, once it may leave them. */
  function candidates(batchId: string): readonly Member[] {
    const pin = doubtful.pinOf(batchId)
    if (pin !== null) return pin.health.blockedMs() === 0 ? [pin] : []
    const suspects = doubtful.of(batchId)
    const order = orderReceivers(members, group.strategy, random)
    return [...order.filter((member) => !suspects.includes(member)), ...order.filter((member) => suspects.includes(member))]
  }

  /** Nobody took the batch: what is wrong, and when it makes sense to try again. */
  function failure(batchId: string, refused: boolean): SendResult {
    const kind = refused && doubtful.pinOf(batchId) === null ? 'refused_access' : 'retry'
    // All batches wait for so long: while one receiver may be asked, that is no time.
    return { kind, afterMs: Math.ceil(Math.min(...members.map(({ health }) => health.blockedMs()))), reason: troubles() }
  }

  function troubles(): string {
    const troubled = members.filter(({ trouble }) => trouble !== '')
    return troubled.map(({ receiver, trouble }) => (members.length === 1 ? trouble : `${receiver.url.href}: ${trouble}`)).join('; ')
  }

  return {
    async send(batch, signal) {
      let refusals = 0
      for (const member of candidates(batch.id)) {
        const result = await attempt(member, batch, signal)
        if (signal.aborted) return result
        if (result.kind !== 'retry' && result.kind !== 'refused_access') {
          doubtful.settle(batch.id)
          member.trouble = ''
          if (troubles() !== '') onTrouble(`Wayside sends to ${member.receiver.url.href} because of ${troubles()}`)
          return result
        }
        member.trouble = result.reason
        if (result.kind === 'refused_access') refusals++
        if (doubtful.pinOf(batch.id) !== null) break
      }
      return failure(batch.id, refusals === members.length)
    },
    part: (batch) => candidates(batch.id).some((member) => member.transport.part(batch, doubtfulBeside(member, batch))),
    release: doubtful.release,
    close() {
      for (const { transport } of members) transport.close()
    },
  }
}
