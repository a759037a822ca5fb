import type { ApiClient } from '../src/api/api-client.ts'
import type { ApiResult } from '../src/api/api-failure.ts'
import type { PageAnswer, PageQuestion } from '../src/api/page-question.ts'

/** An API whose questions are answered by hand, in any order. */
export interface FakeApi extends ApiClient {
  /** Key and question of each so far. */
  readonly asked: readonly { readonly key: string; readonly question: PageQuestion; readonly signal: AbortSignal | undefined }[]
  /** Answers a question, the last one unless told, and lets all that follows from it happen. */
  answer(result: ApiResult<PageAnswer>, question?: number): Promise<void>
}

export function createFakeApi(): FakeApi {
  const asked: FakeApi['asked'][number][] = []
  const open: ((result: ApiResult<PageAnswer>) => void)[] = []
  const refused = async () => ({ ok: false, failure: { kind: 'refused', status: 404, detail: 'Not here.', retryAfterMs: null } }) as const
  return {
    asked,
    page(key, question, signal) {
      asked.push({ key, question, signal })
      return new Promise((resolve) => open.push(resolve))
    },
    csv: refused,
    change: refused,
    project: refused,
    shared: refused,
    openShared: refused,
    person: refused,
    logOut: refused,
    generateKey: refused,
    watch: () => new Promise(() => {}),
    async answer(result, question = open.length - 1) {
      open[question]?.(result)
      await new Promise((resolve) => setImmediate(resolve))
    },
  }
}
