import { toGroupId } from './group-id.ts'
import { joinLanes, type Lanes } from './lane/join-lanes.ts'
import type { LaneOptions } from './lane/lane.ts'
import { openLane } from './lane/open-lane.ts'
import type { ResolvedOptions } from './options.ts'
import { nameOf, type ReceiverGroup } from './receivers/receiver.ts'
import { createReceiverGroup } from './receivers/receiver-group.ts'
import { createSpool } from './spool/create-spool.ts'
import { untraced } from './untraced.ts'

type Delivered = 'receiverGroups' | 'spool' | 'requestTimeoutMs' | 'batchEvents' | 'flushIntervalMs' | 'maxQueueEvents' | 'maxQueueBytes'

export interface LanesOptions
  extends Pick<ResolvedOptions<never>, Delivered>, Pick<LaneOptions, 'head' | 'captured' | 'report' | 'clock' | 'random'> {}

/** Opens a lane to each receiver group. */
export function openLanes(options: LanesOptions): Lanes {
  const { receiverGroups, spool, requestTimeoutMs, head, report, clock, random } = options
  const open = (group: ReceiverGroup) => {
    const transport = createReceiverGroup(group, { requestTimeoutMs, ...clock, random, onTrouble: (message) => report('failover', message) })
    return openLane({
      ...options,
      name: nameOf(group),
      transport: {
        ...transport,
        send: (frozen, signal) => untraced(() => transport.send(frozen, signal)),
        part: (frozen) => untraced(() => transport.part(frozen)),
      },
      spool: spool && {
        always: spool.always,
        open: (hooks) => createSpool({ ...spool, ...hooks, group: toGroupId(group), producerId: head.producerId }),
      },
      // A group tries its receivers in turn.
      attemptTimeoutMs: requestTimeoutMs * group.receivers.length,
    })
  }
  return joinLanes(receiverGroups.map(open), clock.monotonicMs)
}
