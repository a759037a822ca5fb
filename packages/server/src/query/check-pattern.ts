import { QUERY_LIMITS } from '@wayside/protocol'
import { RE2JS, RE2JSException } from 're2js'
import { QueryProblem } from './query-problem.ts'

/** Instructions of a compiled pattern; engines refuse somewhat more than this, each at another size. */
const MAX_PROGRAM = 20_000

/** Throws `QueryProblem` for a pattern that RE2 refuses, or some engine's RE2. */
export function checkPattern(pattern: string, pointer: string): string {
  if (pattern.length > QUERY_LIMITS.patternLength) throw new QueryProblem(pointer, `a pattern has at most ${QUERY_LIMITS.patternLength} characters: give a shorter one`)
  // Older versions of RE2 know named groups as (?P<name>) alone, and a filter has no use for names.
  if (pattern.includes('(?<')) throw new QueryProblem(pointer, 'the pattern has a named group or looks behind: leave the name out, and use "not" for what must not be there')
  if (readProgramSize(pattern, pointer) > MAX_PROGRAM) throw new QueryProblem(pointer, 'the pattern is too large when its repetitions are written out: repeat less')
  return pattern
}

function readProgramSize(pattern: string, pointer: string): number {
  try {
    return RE2JS.compile(pattern).programSize()
  } catch (cause) {
    if (!(cause instanceof RE2JSException)) throw cause
    throw new QueryProblem(pointer, `RE2 does not take this pattern: ${cause.message.slice(0, 200)}. Look-around and references back do not exist in it`, { cause })
  }
}
