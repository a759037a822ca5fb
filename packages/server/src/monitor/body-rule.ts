import type { MonitorInput } from '@wayside/protocol'
import { RE2JS } from 're2js'

/** Steps of a pattern's program that one check may cost: some 40 ms, in which this process does nothing else. */
const MAX_STEPS = 1_000_000
/** A pattern that reaches less far is refused. */
const MIN_REACH = 4_000

/** Whether a body is as it must be. A pattern looks as far into it as its cost allows. */
export function isAsRuled(rule: MonitorInput['body'], body: string): boolean {
  if (rule === null) return true
  switch (rule.rule) {
    case 'contains':
      return body.includes(rule.text)
    case 'lacks':
      return !body.includes(rule.text)
    case 'matches': {
      const pattern = RE2JS.compile(rule.text)
      return pattern.matcher(body.slice(0, reachOf(pattern))).find()
    }
  }
}

/** Whether a pattern that RE2 takes reaches far enough to be of use. */
export function isAffordable(text: string): boolean {
  return reachOf(RE2JS.compile(text)) >= MIN_REACH
}

/** Characters. At each of them a pattern may stand in all of its program's steps at once. */
function reachOf(pattern: RE2JS): number {
  return Math.floor(MAX_STEPS / Math.max(1, pattern.programSize()))
}
