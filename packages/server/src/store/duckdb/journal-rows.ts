import { FLAG_COLUMNS } from '../event-columns.ts'
import { EVENT_COLUMN_TYPES } from './event-table.ts'

const FLAGS: ReadonlySet<string> = new Set(FLAG_COLUMNS)
const COLUMNS = [...EVENT_COLUMN_TYPES].filter(([name]) => name !== 'id')

/** A batch's events by columns, as `read_json` reads them from a line of the journal. */
export const ROWS_TYPE = `STRUCT("first" BIGINT, "count" BIGINT, "columns" STRUCT(${COLUMNS.map(([name, type]) => `"${name}" STRUCT("values" ${type}[], "index" INTEGER[])`).join(', ')}))`

/**
 * The events of all lines of the table `incoming`, in the order of `EVENT_COLUMN_TYPES`. Only places are unnested, and each
 * column is looked up by them: as many lists unnested beside each other take the engine a third longer.
 */
export const SELECT_ROWS = `
  SELECT "rows"."first" + place - 1 AS "id", ${COLUMNS.map(([name]) => `${toValue(name)} AS "${name}"`).join(', ')}
  FROM (SELECT "rows", unnest(range(1, "rows"."count" + 1)) AS place FROM incoming WHERE "rows" IS NOT NULL)`

/** A column's value for the event at a place, from 1. One that is left out has no list, and past the end of a list is NULL. */
function toValue(name: string): string {
  const column = `"rows"."columns"."${name}"`
  const value = `CASE
    WHEN ${column}."index" IS NOT NULL THEN ${column}."values"[${column}."index"[place]]
    WHEN len(${column}."values") = 1 THEN ${column}."values"[1]
    ELSE ${column}."values"[place] END`
  return FLAGS.has(name) ? `coalesce(${value}, false)` : value
}
