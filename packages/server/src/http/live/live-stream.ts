import { PassThrough, type Readable } from 'node:stream'
import type { LiveState } from './read-live.ts'

/** Server-sent events of one client. */
export interface LiveStream {
  readonly stream: Readable
  /** Writes a state, with the requests that this client has not had; without one a comment, which keeps the connection. */
  tell(state: LiveState | null): void
}

/** What may wait for a client to read; one that is behind this far is dropped, and comes back with what it had last. */
const MAX_WAITING_BYTES = 256 * 1_024

/** @param lastId - of the last request that the client had; `null` when it had none */
export function createLiveStream(lastId: number | null): LiveStream {
  const stream = new PassThrough({ highWaterMark: MAX_WAITING_BYTES })
  let had = lastId
  return {
    stream,
    tell(state) {
      if (stream.destroyed) return
      if (stream.writableLength + stream.readableLength > MAX_WAITING_BYTES) {
        stream.destroy()
        return
      }
      if (state === null) {
        stream.write(': the store is busy\n\n')
        return
      }
      const { time, lastMinute, newest } = state
      const after = had
      const requests = after === null ? newest : newest.filter(({ id }) => id > after)
      had = requests.at(-1)?.id ?? had
      stream.write(`${had === null ? '' : `id: ${had}\n`}data: ${JSON.stringify({ time, lastMinute, requests })}\n\n`)
    },
  }
}
