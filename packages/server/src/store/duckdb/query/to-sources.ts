import type { QuerySource } from '@wayside/protocol'
import type { StoreQuery } from '../../store-query.ts'
import { CELL_KINDS, toCellName, type CellKind, type Grain } from '../cells/cell-kinds.ts'
import type { Facet } from '../cells/facets.ts'
import type { DaysFolder } from '../days-folder.ts'
import type { PresentFile } from '../session.ts'
import { toCover } from './cover.ts'
import { toNeededFacets } from './needed-facets.ts'
import type { CellSource } from './cells-sql.ts'
import type { PartedSource } from './gathered-sql.ts'
import { bucketsOf, EVENTS, SHED_COUNTS, SHED_ROWS, type Source, type Stretch } from './source-sql.ts'

export type AnySource = Source | CellSource | PartedSource

/** What a question is answered from: each request is in one of the sources. */
export interface Sources {
  readonly sources: readonly AnySource[]
  /** Rows of the files among them. */
  readonly rows: number
  /** From what the files answer; `null` when none is needed. */
  readonly from: QuerySource | null
}

/**
 * The sources of a question's sums, or of who called: these must tell consumers apart, those how latencies are spread, and
 * cells that do both would be many.
 * @param partEvents - how many events of files one statement should read
 */
export function toSources(question: StoreQuery, part: 'sums' | 'callers', files: readonly PresentFile[], folder: Pick<DaysFolder, 'toSource'>, partEvents: number): Sources {
  const latency = part === 'sums' && question.measures.has('latency')
  const needed = toNeededFacets(part === 'sums' ? question : { ...question, groupBy: [...question.groupBy, 'consumer'] })
  const whole = [question]
  const sources: AnySource[] = [{ kind: EVENTS, table: 'events', ranges: whole }]
  const shed: Source = { kind: SHED_COUNTS, table: SHED_ROWS, ranges: whole }
  sources.push(shed, ...(latency ? [bucketsOf(shed)] : []))

  let rows = 0
  const from = new Set<QuerySource>()
  const raw: FilesPart[] = []
  for (const { kinds, files: alike } of byCells(needed, latency, files.filter((file) => meets(file, question)))) {
    for (const [grain, ranges] of toCover(question, new Set(kinds.keys()))) {
      const met = alike.filter((file) => ranges.some((range) => meets(file, range)))
      if (met.length === 0) continue
      const kind = grain === 'events' ? undefined : kinds.get(grain)
      if (kind === undefined) raw.push(...toParts(met, ranges, partEvents))
      else {
        const cells = { cells: kind, files: met.flatMap((file) => file.cells?.file ?? []), ranges }
        sources.push({ ...cells, of: part }, ...(latency ? [{ ...cells, of: 'buckets' } as const] : []))
      }
      rows += met.reduce((sum, { cells, events }) => sum + (kind === undefined ? events : (cells?.rows[kind.name]?.rows ?? 0)), 0)
      from.add(kind === undefined ? 'raw' : 'rollup')
    }
  }
  const parts = raw.map(({ files, ranges, rows }) => ({ source: { kind: EVENTS, table: folder.toSource(files), ranges }, rows }))
  if (parts.reduce((sum, each) => sum + each.rows, 0) > partEvents) sources.push({ of: part, parts })
  else sources.push(...parts.map(({ source }) => source))
  const [only = null] = from
  return { sources, rows, from: from.size > 1 ? 'mixed' : only }
}

interface FilesPart {
  readonly files: readonly PresentFile[]
  readonly ranges: readonly Stretch[]
  readonly rows: number
}

/** Files in groups of about so many events, each file in one. */
function toParts(files: readonly PresentFile[], ranges: readonly Stretch[], partEvents: number): readonly FilesPart[] {
  const parts: { readonly files: PresentFile[]; readonly ranges: readonly Stretch[]; rows: number }[] = []
  for (const file of files) {
    const last = parts.at(-1)
    if (last === undefined || last.rows + file.events > partEvents) parts.push({ files: [file], ranges, rows: file.events })
    else {
      last.files.push(file)
      last.rows += file.events
    }
  }
  return parts
}

function meets({ firstTime, lastTime }: PresentFile, { from, to }: Stretch): boolean {
  return lastTime >= from && firstTime < to
}

/** Files in groups that have cells of the same grains for some facets. */
function byCells(facets: readonly Facet[] | null, latency: boolean, files: readonly PresentFile[]): Iterable<{ readonly kinds: ReadonlyMap<Grain, CellKind>; readonly files: readonly PresentFile[] }> {
  const groups = new Map<string, { readonly kinds: ReadonlyMap<Grain, CellKind>; readonly files: PresentFile[] }>()
  for (const file of files) {
    const kinds = new Map<Grain, CellKind>()
    for (const grain of facets === null ? [] : GRAIN_NAMES) {
      const kind = CELL_KINDS.get(toCellName(grain, facets ?? []))
      const counts = kind === undefined ? undefined : file.cells?.rows[kind.name]
      if (kind !== undefined && counts !== undefined && (counts.latency || !latency)) kinds.set(grain, kind)
    }
    const signature = [...kinds.keys()].join()
    const group = groups.get(signature) ?? { kinds, files: [] }
    group.files.push(file)
    groups.set(signature, group)
  }
  return groups.values()
}

const GRAIN_NAMES = ['day', 'hour', 'quarter'] as const satisfies readonly Grain[]
