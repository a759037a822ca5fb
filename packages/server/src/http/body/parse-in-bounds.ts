import { ProblemError } from '../problem.ts'
import type { Rule } from '../rule.ts'
import type { Turns } from '../../turns.ts'
import { parseJson } from './parse-json.ts'
import { createJsonScan, type JsonBounds } from './scan-json.ts'

/** Bytes that are scanned in one turn of the event loop: about 2 ms of work. */
const SCANNED_PER_TURN = 512 * 1024

/** Parses a JSON body in turns of the event loop, once it is known to keep within bounds. Throws 400. */
export async function parseInBounds(body: Uint8Array, bounds: JsonBounds, turns: Turns): Promise<unknown> {
  const scan = createJsonScan(bounds)
  for (let at = 0; at < body.length; at += SCANNED_PER_TURN) {
    await turns.next()
    const passed = scan.write(body.subarray(at, at + SCANNED_PER_TURN))
    if (passed !== null) throw outOfBounds(passed, bounds[passed])
  }
  return parseJson(body)
}

function outOfBounds(bound: keyof JsonBounds, most: number): ProblemError {
  return new ProblemError(400, `The body ${FAULT[bound](most)}, which no batch does.`, {}, { rule: RULE[bound] })
}

const FAULT: Readonly<Record<keyof JsonBounds, (most: number) => string>> = {
  depth: (most) => `nests deeper than ${most} levels`,
  names: (most) => `has more than ${most} names of members`,
  texts: (most) => `has more than ${most} texts`,
  values: (most) => `has more than ${most} values`,
}

const RULE: Readonly<Record<keyof JsonBounds, Rule>> = {
  depth: 'json-depth',
  names: 'json-names',
  texts: 'json-texts',
  values: 'json-values',
}
