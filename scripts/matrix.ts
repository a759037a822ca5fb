// Runs the adapter contract with packed packages on every framework version and every Node of the matrix's table:
// `node scripts/matrix.ts [--only TEXT] [--node VERSION] [--all-formats] [--packed]`. `--only` picks rows by their name, `--node`
// the Nodes whose version begins so, `--all-formats` loads the adapters in both ways on each, `--packed` uses the tarballs that are there.
import { join } from 'node:path'
import process from 'node:process'
import { parseArgs } from 'node:util'
import { printMatrix } from '../packages/testing/matrix/print-matrix.ts'
import { runMatrix } from '../packages/testing/matrix/run-matrix.ts'
import { FORMATS, NODES, ROWS } from '../packages/testing/matrix/table.ts'
import { packAll, packed } from './pack-all.ts'
import { root } from './run-command.ts'

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    node: { type: 'string', default: '' },
    'all-formats': { type: 'boolean', default: false },
    packed: { type: 'boolean', default: false },
  },
})
const rows = ROWS.filter(({ name }) => name.includes(values.only))
const nodes = NODES.filter(({ version }) => version.startsWith(values.node)).map((node) => (values['all-formats'] ? { ...node, formats: FORMATS } : node))
const startedAt = performance.now()
const outcomes = await runMatrix({
  rows,
  nodes,
  tarballs: values.packed ? packed() : await packAll(),
  cacheFolder: join(root, 'packages/testing/.matrix'),
  onOutcome: ({ cell, failed, output }) => {
    if (failed.length > 0) console.log(`${cell.row.name} on Node ${cell.node}, ${cell.format}:\n  ${failed.join('\n  ')}\n${output}`)
  },
})
const broken = outcomes.filter(({ failed }) => failed.length > 0).length
console.log(printMatrix(rows, nodes, outcomes))
console.log(`\nfinished in ${Math.round((performance.now() - startedAt) / 1_000)} s`)
console.log(`${outcomes.length - broken} passed, ${broken} failed`)
process.exitCode = broken === 0 && outcomes.length > 0 ? 0 : 1
