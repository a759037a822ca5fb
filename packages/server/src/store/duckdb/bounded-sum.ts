/**
 * A sum stays at the greatest number that JavaScript can hold exactly. What is sent may claim anything, and one sum that
 * fails would keep every other event from being stored or counted.
 */
export const boundSum = (sql: string) => `least(${sql}, ${Number.MAX_SAFE_INTEGER})`

export const sumOf = (column: string) => boundSum(`coalesce(sum(${column}), 0)`)
