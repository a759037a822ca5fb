/** The JSON text of a plain value in pieces, each of which is made in a fraction of a millisecond. */
export function* toJsonPieces(value: unknown): Generator<string, void, undefined> {
  if (Array.isArray(value) && value.length > ITEMS_A_PIECE) yield* pieceList(value)
  else if (typeof value === 'object' && value !== null && !Array.isArray(value)) yield* pieceObject(value)
  else yield JSON.stringify(value)
}

const ITEMS_A_PIECE = 256

function* pieceList(list: readonly unknown[]): Generator<string> {
  for (let from = 0; from < list.length; from += ITEMS_A_PIECE) {
    const piece = JSON.stringify(list.slice(from, from + ITEMS_A_PIECE))
    yield (from === 0 ? '[' : ',') + piece.slice(1, -1)
  }
  yield ']'
}

function* pieceObject(object: object): Generator<string> {
  let separator = '{'
  for (const [name, member] of Object.entries(object)) {
    if (member === undefined) continue
    yield `${separator}${JSON.stringify(name)}:`
    yield* toJsonPieces(member)
    separator = ','
  }
  yield separator === '{' ? '{}' : '}'
}
