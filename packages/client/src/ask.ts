import type { Connection } from './client-options.ts'
import { parseJson, readText } from './read-body.ts'
import { retry } from './retry.ts'
import { send } from './send.ts'

/** The JSON that the server answers; asked again where that may help. */
export async function ask<Answer>(connection: Connection, path: string, init: { readonly method?: 'DELETE' | 'PATCH'; readonly body?: unknown; readonly signal?: AbortSignal | undefined }): Promise<Answer> {
  const outer = init.signal ?? null
  return retry(connection, outer, async () => {
    // It counts for the body too: one that breaks off is a network error like any other.
    const timeout = AbortSignal.timeout(connection.timeoutMs)
    const signal = outer === null ? timeout : AbortSignal.any([outer, timeout])
    const response = await send(connection, path, { signal, body: init.body, ...(init.method !== undefined && { method: init.method }) })
    return parseJson<Answer>(await readText(response, connection.maxAnswerBytes))
  })
}
