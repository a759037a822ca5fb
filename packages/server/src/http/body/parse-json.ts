import { ProblemError } from '../problem.ts'

const decoder = new TextDecoder('utf-8', { fatal: true })

/** Parses a JSON body. Throws 400 for bytes that are no UTF-8 and for text that is no JSON. */
export function parseJson(body: Uint8Array): unknown {
  let text: string
  try {
    text = decoder.decode(body)
  } catch (cause) {
    throw new ProblemError(400, 'The body is not valid UTF-8.', {}, { rule: 'utf-8', cause })
  }
  try {
    return JSON.parse(text)
  } catch (cause) {
    // The parser's message quotes the input, which does not belong in an answer.
    throw new ProblemError(400, 'The body is not valid JSON.', {}, { rule: 'json', cause })
  }
}
