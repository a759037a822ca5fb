import type { Problem } from '@wayside/protocol'

/** The server refused a question. `message` says why and what to do about it. */
export class WaysideApiError extends Error {
  override readonly name = 'WaysideApiError'
  /** Of the HTTP answer. */
  readonly status: number
  readonly type: string
  readonly detail: string
  /** Where in the query the mistake is, a JSON pointer; `null` where the server named none. */
  readonly pointer: string | null

  constructor({ status, type, detail, pointer }: Pick<Problem, 'status' | 'type' | 'detail'> & { readonly pointer?: string }) {
    super(detail)
    this.status = status
    this.type = type
    this.detail = detail
    this.pointer = pointer ?? null
  }
}

/** The error that an answer tells of, also where it is no problem document, as from a proxy in between. */
export function toApiError(status: number, text: string): WaysideApiError {
  return new WaysideApiError({ type: 'about:blank', detail: `The server answered ${status}.`, ...parseProblem(text), status })
}

function parseProblem(text: string): { type?: string; detail?: string; pointer?: string } {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value !== 'object' || value === null) return {}
    return {
      ...('type' in value && typeof value.type === 'string' && { type: value.type }),
      ...('detail' in value && typeof value.detail === 'string' && { detail: value.detail }),
      ...('pointer' in value && typeof value.pointer === 'string' && { pointer: value.pointer }),
    }
  } catch (error) {
    if (error instanceof SyntaxError) return {}
    throw error
  }
}
