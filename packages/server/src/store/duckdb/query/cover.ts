import { GRAINS, type Grain } from '../cells/cell-kinds.ts'
import type { StoreQuery } from '../../store-query.ts'
import type { Stretch } from './source-sql.ts'

/** From what each part of a question's range is answered: the coarsest cells that lie in one interval, else events. */
export type Cover = ReadonlyMap<Grain | 'events', readonly Stretch[]>

/** A statement that lists more stretches than this would take longer to read than the events. */
const MAX_STRETCHES = 200

const COARSEST_FIRST = ['day', 'hour', 'quarter'] as const satisfies readonly Grain[]

export function toCover({ from, to, intervals }: Pick<StoreQuery, 'from' | 'to' | 'intervals'>, grains: ReadonlySet<Grain>): Cover {
  const usable = COARSEST_FIRST.filter((grain) => grains.has(grain))
  const cover = new Map<Grain | 'events', { from: number; to: number }[]>()
  const bounds = [from, ...(intervals ?? []).filter((start) => start > from && start < to), to]
  for (const [at, start] of bounds.entries()) {
    const end = bounds[at + 1]
    if (end !== undefined) addStretch(cover, { from: start, to: end }, usable)
  }
  const stretches = [...cover.values()].reduce((sum, each) => sum + each.length, 0)
  return stretches > MAX_STRETCHES ? new Map([['events', [{ from, to }]]]) : cover
}

function addStretch(cover: Map<Grain | 'events', { from: number; to: number }[]>, { from, to }: Stretch, [grain, ...finer]: readonly Grain[]): void {
  if (from >= to) return
  const first = grain === undefined ? from : Math.ceil(from / GRAINS[grain]) * GRAINS[grain]
  const last = grain === undefined ? to : Math.floor(to / GRAINS[grain]) * GRAINS[grain]
  if (first >= last) return addStretch(cover, { from, to }, finer)
  addStretch(cover, { from, to: first }, finer)
  const name = grain ?? 'events'
  const list = cover.get(name) ?? []
  cover.set(name, list)
  const before = list.at(-1)
  if (before?.to === first) before.to = last
  else list.push({ from: first, to: last })
  addStretch(cover, { from: last, to }, finer)
}
