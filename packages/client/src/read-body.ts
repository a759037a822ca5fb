import { WaysideAnswerError } from './answer-error.ts'

/** The text of an answer, piece by piece. One that is longer than may be is given up. */
export async function* readPieces(response: Response, maxBytes: number): AsyncGenerator<string, void, undefined> {
  if (response.body === null) return
  const reader = response.body.getReader()
  const decoder = new TextDecoder()
  let bytes = 0
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) break
      bytes += value.byteLength
      if (bytes > maxBytes) throw new WaysideAnswerError('too_large', `The answer has more than ${maxBytes} bytes: ask for less with "limit", or allow more with maxAnswerBytes.`)
      yield decoder.decode(value, { stream: true })
    }
    yield decoder.decode()
  } finally {
    // Of one that was read to its end nothing is left; the connection of any other is of no more use.
    await reader.cancel().catch(() => undefined)
  }
}

/** The whole text of an answer. */
export async function readText(response: Response, maxBytes: number): Promise<string> {
  let text = ''
  for await (const piece of readPieces(response, maxBytes)) text += piece
  return text
}

/** @throws WaysideAnswerError - for a text that is no JSON */
export function parseJson<Value>(text: string): Value {
  try {
    // Boundary: the server's schema is tied to this type.
    return JSON.parse(text) as Value
  } catch (cause) {
    throw new WaysideAnswerError('not_json', 'The answer is no JSON: check that url is that of a Wayside server, with its base path.', { cause })
  }
}
