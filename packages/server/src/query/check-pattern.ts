import { QUERY_LIMITS } from '@wayside/protocol'
import { RE2JS, RE2JSException } from 're2js'
import { QueryProblem } from './query-problem.ts'

/**
 * What all patterns of one filter may cost. A class such as \pL is hundreds of byte ranges to an engine: RE2 in DuckDB
 * takes 0.3 s to compile \pL{100}, and refuses \pL{1000}, while .{1000} takes it 4 ms.
 */
export const MAX_PATTERN_COST = 10_000
const UNICODE_CLASS_COST = 100

/** What a pattern costs to compile. Throws `QueryProblem` for one that RE2 refuses, or the RE2 of some engine. */
export function checkPattern(pattern: string, pointer: string): number {
  if (pattern.length > QUERY_LIMITS.patternLength) throw new QueryProblem(pointer, `a pattern has at most ${QUERY_LIMITS.patternLength} characters: give a shorter one`)
  // Older versions of RE2 know named groups as (?P<name>) alone, and a filter has no use for names.
  if (pattern.includes('(?<')) throw new QueryProblem(pointer, 'the pattern has a named group or looks behind: leave the name out, and use "not" for what must not be there')
  if (/\\[pP]\{\^?(?:Cn|LC)\}/.test(pattern)) throw new QueryProblem(pointer, 'not every engine has the classes Cn and LC: use \\p{C} or \\p{L}')
  const size = readProgramSize(pattern, pointer)
  return /\\[pP]/.test(pattern) ? size * UNICODE_CLASS_COST : size
}

function readProgramSize(pattern: string, pointer: string): number {
  try {
    return RE2JS.compile(pattern).programSize()
  } catch (cause) {
    if (!(cause instanceof RE2JSException)) throw cause
    throw new QueryProblem(pointer, `RE2 does not take this pattern: ${cause.message.slice(0, 200)}. Look-around and references back do not exist in it`, { cause })
  }
}
