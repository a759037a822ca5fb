import { Card } from '../../widgets/card.tsx'
import type { ViewProps } from '../view-props.ts'

export interface ProblemTextProps {
  readonly title: string
  readonly of: ViewProps
  /** Name of the query or the extra. */
  readonly name: string
}

/** In place of figures that the server could not give: why, in its words. */
export function ProblemText({ title, of, name }: ProblemTextProps) {
  return (
    <Card title={title}>
      <p class="table__empty" role="alert">
        {of.answer.problems[name]?.detail ?? 'The server did not answer this part.'}
      </p>
    </Card>
  )
}
