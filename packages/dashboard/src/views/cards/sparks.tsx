import type { DimensionValue, QueryAnswer } from '@wayside/protocol'
import type { Row } from '../../api/rows.ts'
import type { Column } from '../../widgets/data-table.tsx'
import { Sparkline } from '../../widgets/sparkline.tsx'

/**
 * The course of each row's requests, of an answer by the row's first dimension and time. Without a column where that answer has
 * more rows than fit: a course with holes would be wrong.
 */
export function sparkColumns(answer: QueryAnswer | undefined): readonly Column<Row>[] {
  if (answer === undefined || answer.nextCursor !== null) return []
  const times = [...new Set(answer.rows.map(([, time]) => Number(time)))].toSorted((a, b) => a - b)
  const courses = new Map<DimensionValue, number[]>()
  for (const [value = null, time, requests] of answer.rows) {
    const course = courses.get(value) ?? times.map(() => 0)
    course[times.indexOf(Number(time))] = Number(requests)
    courses.set(value, course)
  }
  const isLastPartial = answer.meta.completeUntil < answer.meta.to
  return [{ id: 'course', title: 'Course', cell: ({ keys: [value = null] }) => <Sparkline values={courses.get(value) ?? []} isLastPartial={isLastPartial} /> }]
}
