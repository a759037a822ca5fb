import { WaysideAnswerError } from './answer-error.ts'

export interface ServerSentEvent {
  readonly id: string | null
  readonly data: string
}

/** The server-sent events of a text that comes in pieces. Comments, and an event that breaks off, are left out. */
export async function* readEvents(pieces: AsyncIterable<string>, maxLength: number): AsyncGenerator<ServerSentEvent, void, undefined> {
  let text = ''
  for await (const piece of pieces) {
    text += piece
    for (let end = BLANK_LINE.exec(text); end !== null; end = BLANK_LINE.exec(text)) {
      const event = toEvent(text.slice(0, end.index))
      text = text.slice(end.index + end[0].length)
      if (event !== null) yield event
    }
    if (text.length > maxLength) throw new WaysideAnswerError('too_large', `A live event has more than ${maxLength} characters: allow more with maxAnswerBytes.`)
  }
}

const BLANK_LINE = /\r?\n\r?\n/

function toEvent(block: string): ServerSentEvent | null {
  const fields = block.split(/\r?\n/).map((line) => /^(\w+): ?(.*)$/.exec(line))
  const valuesOf = (name: string) => fields.flatMap((field) => (field?.[1] === name ? [field[2] ?? ''] : []))
  const data = valuesOf('data')
  return data.length === 0 ? null : { id: valuesOf('id').at(-1) ?? null, data: data.join('\n') }
}
