import { LIMITS } from '@wayside/protocol'

/** What is around the rows of an API Analytics body. */
export interface Envelope {
  readonly apiKey: string | null
  readonly framework: string | null
  readonly privacyLevel: unknown
}

/**
 * Takes an API Analytics body apart as it arrives: small members by name, and the rows of `requests` as unparsed runs.
 * Clients write the members in any order, so rows wait until the level that they are to be kept at is known.
 */
export interface EnvelopeScanner {
  /** Throws `MalformedEnvelope` for what cannot be a body. */
  write(chunk: Buffer): void
  /** The value of a member once it has been seen whole; `undefined` before. */
  member(name: string): unknown
  /** Ends the scan. Throws `MalformedEnvelope` when the body is incomplete. */
  end(): { readonly envelope: Envelope; readonly runs: Run[] }
}

/** Rows as they were sent, with the commas between them: `[` and `]` around it make a JSON list. */
export interface Run {
  readonly pieces: readonly Buffer[]
  readonly rows: number
}

/** A body that is not an object with members, or that ends too early. */
export class MalformedEnvelope extends Error {}

/** Rows that are parsed at a time, so that no parse holds the event loop for long. */
const RUN_ROWS = 500
const RUN_BYTES = 256 * 1024
/** A row is a handful of short texts; a long one would be dear to parse. */
const MAX_ROW_BYTES = 64 * 1024
/** Members other than `requests` are a key, a name and a digit. */
const MAX_MEMBER_BYTES = 4 * 1024
const MAX_MEMBERS = 64

const [QUOTE, BACKSLASH, COMMA, COLON] = [0x22, 0x5c, 0x2c, 0x3a]
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d]

/** Where in the body the scan is. `done` takes white space only. */
type State = 'start' | 'name' | 'value' | 'rows' | 'done'

export function createEnvelopeScanner(): EnvelopeScanner {
  const members = new Map<string, unknown>()
  const runs: Run[] = []
  let state: State = 'start'
  let depth = 0
  let inText = false
  let escaped = false
  let name = ''
  /** The member's name or value, or the run of rows, that is being gathered. */
  let pieces: Buffer[] = []
  let pieceBytes = 0
  let rows = 0
  let rowBegun = false
  /** Bytes of the row that is being read, in the chunks before this one. */
  let rowBytes = 0

  const gather = (chunk: Buffer, from: number, to: number): void => {
    if (to <= from) return
    pieces.push(chunk.subarray(from, to))
    pieceBytes += to - from
    if (state !== 'rows' && pieceBytes > MAX_MEMBER_BYTES)
      throw new MalformedEnvelope('a member other than "requests" is too long')
  }
  const takeGathered = (): readonly Buffer[] => {
    const taken = pieces
    pieces = []
    pieceBytes = 0
    return taken
  }
  const endMember = (): void => {
    const text = Buffer.concat(takeGathered()).toString().trim()
    if (text === '' || members.size >= MAX_MEMBERS) throw new MalformedEnvelope('the members are not valid JSON')
    members.set(name, parseJson(text))
  }
  const endRun = (): void => {
    if (rows > 0) runs.push({ pieces: takeGathered(), rows })
    else takeGathered()
    rows = 0
  }

  const endRow = (bytes: number): void => {
    if (bytes > MAX_ROW_BYTES) throw new MalformedEnvelope(`a row has more than ${MAX_ROW_BYTES} bytes`)
    rowBytes = 0
  }

  /** Takes one chunk; `from` is where the part that is being gathered begins in it. */
  const write = (chunk: Buffer): void => {
    let from = 0
    let rowFrom = 0
    for (let at = 0; at < chunk.length; at++) {
      const byte = chunk[at]
      if (inText) {
        if (escaped) escaped = false
        else if (byte === BACKSLASH) escaped = true
        else if (byte === QUOTE) inText = false
        continue
      }
      if (byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09) continue
      if (state === 'done') throw new MalformedEnvelope('there is more after the end of the body')
      if (state === 'start') {
        // A byte order mark may come before the brace.
        if (byte === 0xef || byte === 0xbb || byte === 0xbf) continue
        if (byte !== OPEN_OBJECT) throw new MalformedEnvelope('the body must be a JSON object')
        state = 'name'
        depth = 1
        from = at + 1
        continue
      }
      if (state === 'rows' && depth === 2 && byte !== CLOSE_LIST && byte !== COMMA) rowBegun = true
      if (byte === QUOTE) inText = true
      else if (byte === OPEN_OBJECT || byte === OPEN_LIST) {
        if (++depth > LIMITS.jsonDepth) throw new MalformedEnvelope(`it nests deeper than ${LIMITS.jsonDepth} levels`)
        if (depth === 2 && state === 'value' && name === 'requests' && byte === OPEN_LIST) {
          takeGathered()
          state = 'rows'
          rowBegun = false
          rowFrom = from = at + 1
        }
      } else if (byte === CLOSE_OBJECT || byte === CLOSE_LIST) {
        depth--
        if (state === 'rows' && depth === 1) {
          if (byte !== CLOSE_LIST) throw new MalformedEnvelope('the list of requests is not closed')
          gather(chunk, from, at)
          if (rowBegun) rows++
          endRow(rowBytes + at - rowFrom)
          endRun()
          members.set('requests', null)
          state = 'value'
          // The list stands for itself; what follows up to the comma is white space.
          pieces.push(Buffer.from('null'))
          from = at + 1
        } else if (depth === 0) {
          gather(chunk, from, at)
          if (state === 'value') endMember()
          else if (Buffer.concat(takeGathered()).toString().trim() !== '')
            throw new MalformedEnvelope('the members are not valid JSON')
          state = 'done'
        }
      } else if (byte === COLON && state === 'name' && depth === 1) {
        gather(chunk, from, at)
        name = String(parseJson(Buffer.concat(takeGathered()).toString().trim()))
        state = 'value'
        from = at + 1
      } else if (byte === COMMA && depth === 1) {
        gather(chunk, from, at)
        if (state !== 'value') throw new MalformedEnvelope('the members are not valid JSON')
        endMember()
        state = 'name'
        from = at + 1
      } else if (byte === COMMA && state === 'rows' && depth === 2) {
        rows++
        rowBegun = false
        endRow(rowBytes + at - rowFrom)
        rowFrom = at + 1
        if (rows >= RUN_ROWS || pieceBytes + at - from >= RUN_BYTES) {
          gather(chunk, from, at)
          endRun()
          from = at + 1
        }
      }
    }
    if (state !== 'start' && state !== 'done') gather(chunk, from, chunk.length)
    if (state !== 'rows') return
    rowBytes += chunk.length - rowFrom
    if (rowBytes > MAX_ROW_BYTES) endRow(rowBytes)
  }

  return {
    write,
    member: (wanted) => members.get(wanted),
    end() {
      if (state !== 'done') throw new MalformedEnvelope('it ends too early')
      return {
        envelope: {
          apiKey: toText(members.get('api_key')),
          framework: toText(members.get('framework')),
          privacyLevel: members.get('privacy_level'),
        },
        runs,
      }
    },
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new MalformedEnvelope('the members are not valid JSON', { cause })
  }
}

function toText(value: unknown): string | null {
  return typeof value === 'string' ? value : null
}
