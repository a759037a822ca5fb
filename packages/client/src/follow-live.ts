import type { LiveState } from '@wayside/protocol'
import type { Connection } from './client-options.ts'
import { parseJson, readPieces } from './read-body.ts'
import { readEvents } from './read-events.ts'
import { mayPass, toPauseMs } from './retry.ts'
import { send } from './send.ts'

/**
 * What happens now, until the loop is left or the signal aborts. A stream that ends, breaks off or falls silent is opened
 * again and goes on after what was had last. The first one is given up as any question is; later ones are tried for ever.
 */
export async function* followLive(connection: Connection, path: string, outer: AbortSignal | null): AsyncGenerator<LiveState, void, undefined> {
  let lastId: string | null = null
  let wasOpen = false
  for (let failures = 0; ; failures++) {
    const stream = openStream(connection, path, lastId, outer)
    let failure: unknown = null
    try {
      for await (const { id, data } of stream.events) {
        wasOpen = true
        failures = 0
        lastId = id ?? lastId
        yield parseJson<LiveState>(data)
      }
    } catch (error) {
      outer?.throwIfAborted()
      if (!mayPass(error) || (!wasOpen && failures >= connection.retries)) throw error
      failure = error
    } finally {
      stream.close()
    }
    await connection.pause(toPauseMs(failure, failures, connection.random), outer)
  }
}

function openStream(connection: Connection, path: string, lastId: string | null, outer: AbortSignal | null) {
  const { timeoutMs, maxAnswerBytes } = connection
  const leaving = new AbortController()
  const signal = outer === null ? leaving.signal : AbortSignal.any([outer, leaving.signal])
  const silent = () => leaving.abort(new DOMException(`Nothing came for ${timeoutMs} ms.`, 'TimeoutError'))
  let silence = setTimeout(silent, timeoutMs)

  async function* heard(): AsyncGenerator<string, void, undefined> {
    const headers = { accept: 'text/event-stream', ...(lastId !== null && { 'last-event-id': lastId }) }
    const response = await send(connection, path, { signal, headers })
    for await (const piece of readPieces(response, Infinity)) {
      clearTimeout(silence)
      silence = setTimeout(silent, timeoutMs)
      yield piece
    }
  }

  return {
    events: readEvents(heard(), maxAnswerBytes),
    close() {
      clearTimeout(silence)
      leaving.abort()
    },
  }
}
