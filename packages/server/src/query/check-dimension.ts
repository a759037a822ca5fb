import { DIMENSIONS, LIMITS } from '@wayside/protocol'
import type { StoreDimension } from '../store/store-query.ts'
import { QueryProblem } from './query-problem.ts'

const NAMES: ReadonlySet<string> = new Set(DIMENSIONS)
const MAX_TAG_LENGTH = 'tag:'.length + LIMITS.tagNameLength

/** Throws `QueryProblem` for what is neither a dimension nor a tag. */
export function checkDimension(name: string, pointer: string): StoreDimension {
  if (isStoreDimension(name)) return name
  throw new QueryProblem(pointer, `${JSON.stringify(name.slice(0, 64))} is no dimension: use ${DIMENSIONS.join(', ')}, or tag: and the name of a tag`)
}

export function isStoreDimension(name: string): name is StoreDimension {
  return NAMES.has(name) || (name.startsWith('tag:') && name.length > 'tag:'.length && name.length <= MAX_TAG_LENGTH && name.isWellFormed())
}
