import type { NumberColumn, TextColumn, WireBatch, WireColumns, WireGroup } from './batch.ts'

/** Halves a batch of at least two events. What it tells of other events stays with the first half. */
export function splitBatch(wire: WireBatch): readonly [WireBatch, WireBatch] {
  const { stacks: _stacks, droppedSeqs: _droppedSeqs, shed: _shed, ...bare } = wire
  const middle = wire.n >> 1
  return [part(wire, 0, middle), part(bare, middle, wire.n)]
}

function part(wire: WireBatch, from: number, to: number): WireBatch {
  const positions = Array.from({ length: to - from }, (_, at) => from + at)
  const { seq } = wire
  return {
    ...wire,
    n: to - from,
    seq: typeof seq === 'number' ? seq + from : rebase(seq, from, to),
    time: rebase(wire.time, from, to),
    columns: pickColumns(wire.columns, positions),
  }
}

/** A slice of distances, of which the first is absolute again. */
function rebase(distances: readonly number[], from: number, to: number): number[] {
  const slice = distances.slice(from, to)
  slice[0] = distances.slice(0, from + 1).reduce((sum, distance) => sum + distance, 0)
  return slice
}

function pickColumns(columns: WireColumns, positions: readonly number[]): WireColumns {
  const picked = Object.entries(columns).map(([name, column]: [string, WireGroup<string> | NumberColumn | TextColumn]) => [
    name,
    typeof column === 'object' && 'members' in column ? pickGroup(column, positions) : pickColumn(column, positions),
  ])
  return Object.fromEntries(picked)
}

function pickGroup({ n, index, members }: WireGroup<string>, positions: readonly number[]): WireGroup<string> {
  if (index === undefined) return { n, members }
  const used = distinct(positions.map((at) => index[at] ?? 0))
  const picked = Object.entries(members).map(([name, column]) => [name, column === undefined ? column : pickColumn(column, used.values)])
  return { n: used.values.length, index: used.index, members: Object.fromEntries(picked) }
}

/** Without the values that only others have: a half must be smaller than the whole. */
function pickColumn(column: NumberColumn | TextColumn, positions: readonly number[]): NumberColumn | TextColumn {
  if (typeof column !== 'object') return column
  // The cast joins what the compiler takes for a list of both numbers and texts.
  if (!('index' in column)) return positions.map((at) => column[at] ?? null) as NumberColumn | TextColumn
  const used = distinct(positions.map((at) => column.index[at] ?? 0))
  return { values: used.values.map((at) => column.values[at] ?? null), index: used.index }
}

/** The distinct numbers in the order of their first appearance, and which one each is. */
function distinct(numbers: readonly number[]): { readonly values: readonly number[]; readonly index: readonly number[] } {
  const places = new Map<number, number>()
  const index = numbers.map((number) => {
    const place = places.get(number) ?? places.size
    places.set(number, place)
    return place
  })
  return { values: [...places.keys()], index }
}
