import { PassThrough, type Readable } from 'node:stream'
import type { LiveState } from '@wayside/protocol'
import { nameArrival, type Arrival, type LiveSnapshot } from './read-live.ts'

/** Server-sent events of one client. */
export interface LiveStream {
  readonly stream: Readable
  /** Writes a snapshot, with the requests that this client has not had; without one a comment, which keeps the connection. */
  tell(snapshot: LiveSnapshot | null): void
}

/** What may wait for a client to read; one that is behind this far is dropped, and comes back with what it had last. */
const MAX_WAITING_BYTES = 256 * 1_024

/** @param lastId - of the last event that the client had; `null` when it had none */
export function createLiveStream(lastId: string | null): LiveStream {
  const stream = new PassThrough({ highWaterMark: MAX_WAITING_BYTES })
  let id = lastId
  /** What the snapshot before held: of one server's arrivals and another's, the later may come first. */
  let had: ReadonlySet<string> | null = null
  return {
    stream,
    tell(snapshot) {
      if (stream.destroyed) return
      if (stream.writableLength + stream.readableLength > MAX_WAITING_BYTES) {
        stream.destroy()
        return
      }
      if (snapshot === null) {
        stream.write(': the store is busy\n\n')
        return
      }
      const { time, lastMinute, arrived } = snapshot
      const isNew = had === null ? isAfter(id) : isNotIn(had)
      const state: LiveState = { time, lastMinute, requests: arrived.filter(isNew).map(({ request }) => request) }
      had = new Set(arrived.map(nameArrival))
      const last = arrived.at(-1)
      id = last === undefined ? id : nameArrival(last)
      stream.write(`${id === null ? '' : `id: ${id}\n`}data: ${JSON.stringify(state)}\n\n`)
    },
  }
}

type IsNew = (arrival: Arrival) => boolean

function isAfter(id: string | null): IsNew {
  if (id === null) return () => true
  const [receivedAt = 0, requestId = 0] = id.split('-').map(Number)
  return (arrival) => arrival.receivedAt > receivedAt || (arrival.receivedAt === receivedAt && arrival.request.id > requestId)
}

function isNotIn(had: ReadonlySet<string>): IsNew {
  return (arrival) => !had.has(nameArrival(arrival))
}
