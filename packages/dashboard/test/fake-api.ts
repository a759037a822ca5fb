import type { Overview } from '@wayside/protocol'
import type { ApiClient } from '../src/api/api-client.ts'
import type { ApiResult } from '../src/api/api-failure.ts'

/** An API whose overview is answered by hand, in any order. */
export interface FakeApi extends ApiClient {
  /** Key and period of each question so far. */
  readonly asked: readonly string[]
  /** Answers a question, the last one unless told, and lets all that follows from it happen. */
  answer(result: ApiResult<Overview>, question?: number): Promise<void>
}

export function createFakeApi(): FakeApi {
  const asked: string[] = []
  const open: ((result: ApiResult<Overview>) => void)[] = []
  const refused = async () => ({ ok: false, failure: { kind: 'refused', status: 404, detail: 'Not here.', retryAfterMs: null } }) as const
  return {
    asked,
    overview(key, period) {
      asked.push(`${key} ${period}`)
      return new Promise((resolve) => open.push(resolve))
    },
    project: refused,
    generateKey: refused,
    async answer(result, question = open.length - 1) {
      open[question]?.(result)
      await new Promise((resolve) => setImmediate(resolve))
    },
  }
}
