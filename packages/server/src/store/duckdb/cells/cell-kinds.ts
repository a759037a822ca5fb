import { FACET_NAMES, type Facet } from './facets.ts'

/** Lengths of time that a cell covers, milliseconds: a day, an hour or a quarter of one, all of UTC. */
export const GRAINS = { day: 86_400_000, hour: 3_600_000, quarter: 900_000 } as const
export type Grain = keyof typeof GRAINS

/** Requests that are alike in some facets, in status and outcome, and in the stretch of time in which they began. */
export interface CellKind {
  /** Such as `day:endpoint:country`, which is also the name of its table. */
  readonly name: string
  readonly grain: Grain
  /** In the order of `FACET_NAMES`. */
  readonly facets: readonly Facet[]
  /** Whether its cells tell how their latencies are spread. */
  readonly latency: boolean
}

/** A kind, and the coarser ones that are sums of it. */
export interface CellTree extends CellKind {
  /** Whether it is only a step towards the coarser ones. */
  readonly passing: boolean
  readonly coarser: readonly CellTree[]
}

export function toCellName(grain: Grain, facets: readonly Facet[]): string {
  return [grain, ...facets].join(':')
}

const tree = (grain: Grain, facets: readonly Facet[], latency: boolean, coarser: readonly CellTree[] = []): CellTree => ({ name: toCellName(grain, facets), grain, facets, latency, passing: false, coarser })

const OTHERS = FACET_NAMES.filter((facet) => facet !== 'endpoint')
/** Who is a consumer's facet is also of its kind. */
const PAIRS = OTHERS.flatMap((facet, at) => OTHERS.slice(at + 1).map((other): readonly Facet[] => [facet, other])).filter((pair) => pair.join() !== 'kind,consumer')

/**
 * What is summed up. One filter on anything that a page shows leaves two facets, hence pairs of them. Latency costs most:
 * it is there for each facet and for endpoints by each other one. Days answer most of a range; hours answer its first and
 * last day, of which few events are read as fast.
 * @param withHours - whether all but the latencies of consumers is summed up by the hour too
 */
export function toCellTrees(withHours: boolean): readonly CellTree[] {
  const pairs = PAIRS.map((facets) => (withHours ? tree('hour', facets, false, [tree('day', facets, false)]) : tree('day', facets, false)))
  return [
    ...OTHERS.map((facet) => tree('day', ['endpoint', facet], true, [tree('day', [facet], true)])),
    tree('hour', ['endpoint'], true, [tree('hour', [], true), tree('day', ['endpoint'], true, [tree('day', [], true)])]),
    { ...tree(withHours ? 'hour' : 'day', OTHERS, false, pairs), passing: true },
    ...OTHERS.filter((facet) => withHours || facet === 'consumer').map((facet) => tree('hour', [facet], withHours && facet !== 'consumer')),
    ...OTHERS.filter(() => withHours).map((facet) => tree('hour', ['endpoint', facet], facet !== 'consumer')),
    tree('quarter', [], true),
    // Of consumers there may be so many that a quarter of an hour has few requests of each.
    ...FACET_NAMES.filter((facet) => facet !== 'consumer').map((facet) => tree('quarter', [facet], false)),
  ]
}

const flatten = (trees: readonly CellTree[]): readonly CellTree[] => trees.flatMap((each) => [each, ...flatten(each.coarser)])

export const CELL_KINDS: ReadonlyMap<string, CellKind> = new Map(
  flatten([...toCellTrees(false), ...toCellTrees(true)])
    .filter(({ passing }) => !passing)
    .map((kind) => [kind.name, kind]),
)
