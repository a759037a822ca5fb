import { HIDDEN_FROM_SHARES, type Query } from '@wayside/protocol'
import type { PageQuestion } from '../api/page-question.ts'

/** What leads on to where a shared link does not lead. */
const ELSEWHERE = ['errorFingerprint']

/** What a view may ask behind a shared link: nothing that names a single caller, and figures alone. Cards of the rest are left out. */
export function toSharedQuestion({ queries }: PageQuestion): PageQuestion {
  return { queries: Object.fromEntries(Object.entries(queries).filter(([, query]) => isShared(query))), extras: {} }
}

function isShared({ dimensions = [] }: Query): boolean {
  return dimensions.every((dimension) => ![...HIDDEN_FROM_SHARES, ...ELSEWHERE].some((hidden) => hidden === dimension) && !dimension.startsWith('tag:'))
}
