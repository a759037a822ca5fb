import { useSignal } from '@preact/signals'
import type { ComponentChildren } from 'preact'

export interface Column<Row> {
  readonly id: string
  readonly title: string
  readonly cell: (row: Row) => ComponentChildren
  /** Rows can be put in its order. */
  readonly isSortable?: boolean
}

/** In which order rows are, and how a reader changes it. */
export interface Sorting {
  /** Id of the column. */
  readonly by: string
  readonly isDescending: boolean
  readonly onSort: (id: string) => void
}

export interface DataTableProps<Row> {
  /** Names the table, for screen readers. */
  readonly caption: string
  /** The first names the row; the others hold figures. */
  readonly columns: readonly Column<Row>[]
  readonly rows: readonly Row[]
  readonly rowKey: (row: Row) => string
  /** Length of the bar behind a row's name, 0 to 1; without it there is no bar. */
  readonly share?: (row: Row) => number
  /** Said in place of rows when there are none. */
  readonly empty: string
  /** Rows shown until the reader asks for all. @default 10 */
  readonly limit?: number
  readonly sorting?: Sorting
  /** Where there is no room for a table, each figure stands with its title. @default for more than 5 figures */
  readonly isLabelled?: boolean
}

/** Figures that fit beside a name on a phone. */
const MAX_FIGURES_IN_LINE = 2
/** Figures that fit in a line of their own on a phone. */
const MAX_FIGURES_PER_LINE = 5

/** Rows of figures. On a narrow screen the name of a row with many of them takes a line of its own above them. */
export function DataTable<Row>({ caption, columns, rows, rowKey, share, empty, limit = 10, sorting, isLabelled = columns.length - 1 > MAX_FIGURES_PER_LINE }: DataTableProps<Row>) {
  const all = useSignal(false)
  if (rows.length === 0) return <p class="table__empty">{empty}</p>
  const [name, ...figures] = columns
  const looks = isLabelled ? 'table table--labelled' : figures.length > MAX_FIGURES_IN_LINE ? 'table table--stacked' : 'table'
  const shown = all.value ? rows : rows.slice(0, limit)
  return (
    <>
      <table class={looks} style={{ '--figures': String(figures.length) }}>
        <caption class="visually-hidden">{caption}</caption>
        <thead>
          <tr>
            {columns.map((column) => (
              <Head key={column.id} column={column} sorting={sorting} />
            ))}
          </tr>
        </thead>
        <tbody>
          {shown.map((row) => (
            <tr key={rowKey(row)}>
              <th scope="row" class="table__name">
                {share && <span class="table__bar" style={{ '--share': `${(share(row) * 100).toFixed(2)}%` }} />}
                <span class="table__text">{name?.cell(row)}</span>
              </th>
              {figures.map((column) => (
                <td key={column.id} class={`table__figure table__figure--${column.id}`} data-title={column.title}>
                  {column.cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {rows.length > limit && (
        <button type="button" class="table__more" aria-expanded={all.value} onClick={() => (all.value = !all.value)}>
          {all.value ? `Show the first ${limit}` : `Show all ${rows.length}`}
        </button>
      )}
    </>
  )
}

interface HeadProps<Row> {
  readonly column: Column<Row>
  readonly sorting: Sorting | undefined
}

function Head<Row>({ column: { id, title, isSortable }, sorting }: HeadProps<Row>) {
  if (sorting === undefined || isSortable !== true)
    return (
      <th scope="col" class={`table__head table__head--${id}`}>
        {title}
      </th>
    )
  const isBy = sorting.by === id
  return (
    <th scope="col" class={`table__head table__head--${id}`} aria-sort={isBy ? (sorting.isDescending ? 'descending' : 'ascending') : undefined}>
      <button type="button" class="table__sort" onClick={() => sorting.onSort(id)}>
        {title}
        <span aria-hidden="true">{isBy ? (sorting.isDescending ? ' ↓' : ' ↑') : ''}</span>
      </button>
    </th>
  )
}
