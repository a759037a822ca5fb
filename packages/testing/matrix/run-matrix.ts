import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import process from 'node:process'
import type { Published } from '../../../scripts/pack-all.ts'
import type { ContractOutcome } from '../src/run-contract.ts'
import { bundleContract } from './contract-bundle.ts'
import { installNode } from './node-binaries.ts'
import { makeScratchApp } from './scratch-app.ts'
import type { Format, MatrixNode, MatrixRow } from './table.ts'

/** One row on one Node in one format. */
export interface MatrixCell {
  readonly row: MatrixRow
  readonly node: string
  readonly format: Format
}

export interface CellOutcome {
  readonly cell: MatrixCell
  /** Cases over all harnesses of the row. */
  readonly passed: number
  readonly notApplicable: number
  /** Names of broken cases, or what kept the contract from running; empty when all is well. */
  readonly failed: readonly string[]
  /** What the run printed about them. */
  readonly output: string
  /** What failed in a first run and held in this one, which had the machine for itself; empty when this is the first. */
  readonly unsteady: readonly string[]
}

export interface MatrixSetup {
  readonly rows: readonly MatrixRow[]
  readonly nodes: readonly MatrixNode[]
  readonly tarballs: ReadonlyMap<Published, string>
  readonly cacheFolder: string
  readonly onOutcome: (outcome: CellOutcome) => void
}

/** Cells that run at once: each waits for timers and sockets about half of its time. */
const CONCURRENT = 3
const CELL_DEADLINE_MS = 10 * 60_000

/** Above that share of cells something is broken, not unsteady. */
const MOST_UNSTEADY = 0.05

/**
 * Installs what the rows need and runs the contract in every cell. The few that fail run once more, one at a time, for thousands
 * of cases on a full machine meet deadlines that are not theirs; what then holds is told as unsteady, not hidden.
 */
export async function runMatrix({ rows, nodes, tarballs, cacheFolder, onOutcome }: MatrixSetup): Promise<readonly CellOutcome[]> {
  const binaries = new Map<string, string>()
  await inParallel(nodes, async ({ version }) => void binaries.set(version, await installNode(cacheFolder, version)))
  const bundles = new Map<string, string>()
  for (const adapter of new Set(rows.map((row) => row.adapter))) {
    const folder = join(cacheFolder, 'bundles', adapter)
    await bundleContract(folder, adapter)
    bundles.set(adapter, folder)
  }
  const apps = new Map<MatrixRow, string>()
  await inParallel(rows, async (row) => void apps.set(row, await makeScratchApp(cacheFolder, row, tarballs, bundles.get(row.adapter) ?? '')))

  const cells = rows.flatMap((row) => nodes.flatMap(({ version, formats }) => formats.map((format) => ({ row, node: version, format }))))
  const outcomes: CellOutcome[] = []
  await inParallel(cells, async (cell) => {
    const outcome = await runCell(cell, binaries.get(cell.node) ?? '', apps.get(cell.row) ?? '')
    outcomes.push(outcome)
    onOutcome(outcome)
  })
  const failed = outcomes.filter((outcome) => outcome.failed.length > 0)
  if (failed.length > Math.max(1, cells.length * MOST_UNSTEADY)) return outcomes
  const again: CellOutcome[] = []
  for (const { cell, failed: unsteady } of failed) {
    const outcome = await runCell(cell, binaries.get(cell.node) ?? '', apps.get(cell.row) ?? '')
    again.push(outcome.failed.length > 0 ? outcome : { ...outcome, unsteady })
  }
  return [...outcomes.filter((outcome) => outcome.failed.length === 0), ...again]
}

async function runCell(cell: MatrixCell, binary: string, app: string): Promise<CellOutcome> {
  const harness = cell.format === 'esm' ? 'harness.mjs' : 'harness.cjs'
  const child = spawn(binary, ['run-contract.mjs', harness], {
    cwd: app,
    // Express logs errors that its handlers get in every other environment.
    env: { ...process.env, NODE_ENV: 'test' },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: CELL_DEADLINE_MS,
  })
  let out = ''
  let output = ''
  child.stdout.on('data', (data: Buffer) => (out += data))
  child.stderr.on('data', (data: Buffer) => (output += data))
  const [code] = await once(child, 'close')
  const results = parseOutcomes(out)
  if (results === null)
    return { cell, passed: 0, notApplicable: 0, failed: [`the contract did not run to its end (exit ${code})`], output, unsteady: [] }
  return {
    cell,
    passed: sum(results, ({ passed }) => passed),
    notApplicable: sum(results, (result) => result.notApplicable.length),
    failed: results.flatMap((result) => result.failed.map((name) => `${result.harness}: ${name}`)),
    output,
    unsteady: [],
  }
}

/** The outcomes that `run-contract` prints as its last line; `null` when it did not get there. */
function parseOutcomes(out: string): readonly ContractOutcome[] | null {
  const last = out.trimEnd().split('\n').at(-1) ?? ''
  try {
    return JSON.parse(last)
  } catch {
    return null // It ended before its last line.
  }
}

function sum<Item>(items: readonly Item[], count: (item: Item) => number): number {
  return items.reduce((total, item) => total + count(item), 0)
}

async function inParallel<Item>(items: readonly Item[], work: (item: Item) => Promise<void>): Promise<void> {
  const waiting = [...items]
  const worker = async () => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) await work(item)
  }
  await Promise.all(Array.from({ length: CONCURRENT }, worker))
}
