import type { CellOutcome } from './run-matrix.ts'
import type { MatrixNode, MatrixRow } from './table.ts'

/**
 * The outcomes as a table: a line for each row, a column for each Node and format, cases that hold or `FAILED`. Below it what
 * failed, and what held only in a second run.
 */
export function printMatrix(rows: readonly MatrixRow[], nodes: readonly MatrixNode[], outcomes: readonly CellOutcome[]): string {
  const columns = nodes.flatMap(({ version, formats }) => formats.map((format) => ({ node: version, format })))
  const table = [
    ['', ...columns.map(({ node, format }) => `${node} ${format}`)],
    ...rows.map((row) => [row.name, ...columns.map((column) => toText(find(outcomes, row, column)))]),
  ]
  const widths = table[0]?.map((_, at) => Math.max(...table.map((line) => line[at]?.length ?? 0))) ?? []
  return [
    ...table.map((line) => line.map((text, at) => text.padEnd(widths[at] ?? 0)).join('  ').trimEnd()),
    ...outcomes.flatMap((outcome) => outcome.unsteady.map((name) => `Failed once, then held: ${toName(outcome)}: ${name}`)),
    ...outcomes.flatMap((outcome) => outcome.failed.map((name) => `FAILED: ${toName(outcome)}: ${name}`)),
  ].join('\n')
}

function toName({ cell }: CellOutcome): string {
  return `${cell.row.name} on Node ${cell.node}, ${cell.format}`
}

function find(outcomes: readonly CellOutcome[], row: MatrixRow, { node, format }: { node: string; format: string }) {
  return outcomes.find(({ cell }) => cell.row === row && cell.node === node && cell.format === format)
}

function toText(outcome: CellOutcome | undefined): string {
  if (outcome === undefined) return '-'
  return outcome.failed.length === 0 ? `${outcome.passed} ok` : `${outcome.failed.length} FAILED`
}
