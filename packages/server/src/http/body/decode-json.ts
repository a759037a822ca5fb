import { ProblemError } from '../problem.ts'
import { isDeeperThan } from './json-depth.ts'

const decoder = new TextDecoder('utf-8', { fatal: true })

/** Decodes a JSON body. Throws 400 for bytes that are no UTF-8, for deep nesting and for text that is no JSON. */
export function decodeJson(body: Uint8Array, maxDepth: number): unknown {
  if (isDeeperThan(body, maxDepth))
    throw new ProblemError(400, `The body nests deeper than ${maxDepth} levels, which no valid one does.`)
  let text: string
  try {
    text = decoder.decode(body)
  } catch (cause) {
    throw new ProblemError(400, 'The body is not valid UTF-8.', {}, { cause })
  }
  try {
    return JSON.parse(text)
  } catch (cause) {
    // The parser's message quotes the input, which does not belong in an answer.
    throw new ProblemError(400, 'The body is not valid JSON.', {}, { cause })
  }
}
