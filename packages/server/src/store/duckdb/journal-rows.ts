import { FLAG_COLUMNS } from '../event-columns.ts'
import { EVENT_COLUMN_TYPES } from './event-table.ts'

const FLAGS: ReadonlySet<string> = new Set(FLAG_COLUMNS)
const COLUMNS = [...EVENT_COLUMN_TYPES].filter(([name]) => name !== 'id')

/** A batch's events by columns, as `read_json` reads them from a line of the journal. */
export const ROWS_TYPE = `STRUCT("first" BIGINT, "count" BIGINT, "columns" STRUCT(${COLUMNS.map(([name, type]) => `"${name}" STRUCT("values" ${type}[], "index" INTEGER[])`).join(', ')}))`

/** The events of all lines of the table `incoming`, in the order of `EVENT_COLUMN_TYPES`. */
export const SELECT_ROWS = `
  SELECT unnest(range("rows"."first", "rows"."first" + "rows"."count")) AS "id", ${COLUMNS.map(([name]) => `${toValues(name)} AS "${name}"`).join(', ')}
  FROM incoming WHERE "rows" IS NOT NULL`

/** A column's value for each event. One that is left out has no list, and lists that end before the longest give NULL. */
function toValues(name: string): string {
  const column = `"rows"."columns"."${name}"`
  const values = `unnest(CASE
    WHEN ${column}."index" IS NOT NULL THEN list_select(${column}."values", ${column}."index")
    WHEN len(${column}."values") = 1 THEN list_resize(${column}."values", "rows"."count", ${column}."values"[1])
    ELSE ${column}."values" END)`
  return FLAGS.has(name) ? `coalesce(${values}, false)` : values
}
