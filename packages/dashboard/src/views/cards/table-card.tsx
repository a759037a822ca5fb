import type { ComponentChildren } from 'preact'
import { toRows, type Row } from '../../api/rows.ts'
import { Card } from '../../widgets/card.tsx'
import { DataTable, type Column, type Sorting } from '../../widgets/data-table.tsx'
import type { ViewProps } from '../view-props.ts'
import { CsvButton } from './csv-button.tsx'
import { ProblemText } from './problem-text.tsx'

export interface TableCardProps {
  readonly of: ViewProps
  /** Name of the query that the rows answer. */
  readonly name: string
  readonly title: string
  readonly columns: readonly Column<Row>[]
  /** Said in place of rows when there are none. */
  readonly empty: string
  /** Rows shown until the reader asks for all. */
  readonly limit?: number
  readonly sorting?: Sorting
  readonly actions?: ComponentChildren
  readonly children?: ComponentChildren
}

/** Rows of an answer, with a bar of their share of requests behind their name. */
export function TableCard({ of, name, title, columns, empty, limit, sorting, actions, children }: TableCardProps) {
  const answer = of.answer.answers[name]
  const query = of.question.queries[name]
  if (query === undefined) return null
  if (answer === undefined) return <ProblemText title={title} of={of} name={name} />
  const rows = toRows(answer)
  const most = Math.max(1, ...rows.map((row) => row.of('requests') ?? 0))
  return (
    <Card
      title={title}
      actions={
        <div class="card__actions">
          {actions}
          <CsvButton name={title} query={query} />
        </div>
      }
    >
      {children}
      <DataTable
        caption={title}
        columns={columns}
        rows={rows}
        rowKey={({ keys }) => JSON.stringify(keys)}
        share={(row) => (row.of('requests') ?? 0) / most}
        empty={empty}
        {...(limit !== undefined && { limit })}
        {...(sorting && { sorting })}
      />
    </Card>
  )
}
