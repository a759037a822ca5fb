/** What an INTEGER column of a rollup holds at most. */
const MAX_COUNT = 2_147_483_647

/**
 * Counts and bytes as a rollup can hold them. What is sent may claim anything: a sum past what the column, or a number
 * of JavaScript, can hold stays there, since one that fails would keep every other event out of the database.
 */
export const boundCount = (sql: string) => `greatest(least(${sql}, ${MAX_COUNT}), -${MAX_COUNT})`
export const boundBytes = (sql: string) => `least(${sql}, ${Number.MAX_SAFE_INTEGER})`

export const sumOfCounts = (column: string) => boundCount(`coalesce(sum(${column}), 0)`)
export const sumOfBytes = (column: string) => boundBytes(`coalesce(sum(${column}), 0)`)
