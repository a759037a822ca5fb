// Runs the adapter contract on plain Node, without a test runner. Arguments: the harness's module, and `--only TEXT` for
// the cases whose name holds it. Prints a line for each case that fails, and one of JSON with the outcome at the end.
import process from 'node:process'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { ADAPTER_CONTRACT, CASE_DEADLINE_MS } from './adapter-contract.ts'
import type { AdapterHarness } from './adapter-harness.ts'
import { reasonToSkip, type ContractCase } from './contract-case.ts'

/** What one harness kept of the contract. */
export interface ContractOutcome {
  readonly harness: string
  readonly passed: number
  readonly failed: readonly string[]
  readonly notApplicable: readonly string[]
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { only: { type: 'string', default: '' }, verbose: { type: 'boolean', default: false } },
})
const { harnesses }: { harnesses: readonly AdapterHarness[] } = await import(pathToFileURL(positionals[0] ?? '').href)
const outcomes: ContractOutcome[] = []
for (const harness of harnesses) outcomes.push(await runContract(harness))
console.log(JSON.stringify(outcomes))
// Something that a failed case left open must not hold the runner.
process.exit(outcomes.some(({ failed }) => failed.length > 0) ? 1 : 0)

async function runContract(harness: AdapterHarness): Promise<ContractOutcome> {
  const failed: string[] = []
  const notApplicable: string[] = []
  let passed = 0
  for (const contractCase of ADAPTER_CONTRACT.filter(({ name }) => name.includes(values.only))) {
    const reason = reasonToSkip(contractCase, harness)
    if (reason !== null) {
      notApplicable.push(`${contractCase.name} (${reason})`)
      continue
    }
    const startMs = performance.now()
    const error = await runCase(contractCase, harness)
    if (error === null) passed++
    else failed.push(contractCase.name)
    if (error !== null) console.error(`${harness.name}: ${contractCase.name}\n  ${error.replaceAll('\n', '\n  ')}`)
    if (values.verbose) console.error(`${error === null ? 'ok' : 'FAILED'} ${Math.round(performance.now() - startMs)} ms ${contractCase.name}`)
  }
  return { harness: harness.name, passed, failed, notApplicable }
}

/** What went wrong, as text; also what the case left to reject behind its back. */
async function runCase({ run }: ContractCase, harness: AdapterHarness): Promise<string | null> {
  let stray: unknown = null
  const note = (reason: unknown) => (stray ??= reason)
  process.on('unhandledRejection', note).on('uncaughtException', note)
  let timer: NodeJS.Timeout | undefined
  try {
    const late = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => reject(new Error(`not done after ${CASE_DEADLINE_MS} ms`)), CASE_DEADLINE_MS)
    })
    await Promise.race([run(harness), late])
    return stray === null ? null : `beside the case: ${toText(stray)}`
  } catch (error) {
    return toText(error)
  } finally {
    clearTimeout(timer)
    process.off('unhandledRejection', note).off('uncaughtException', note)
  }
}

function toText(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}
