import process from 'node:process'

/** One check of a job: a sentence and the work that rejects when it does not hold. */
export interface Step {
  readonly name: string
  /** May return a remark, such as a measured size. */
  readonly run: () => Promise<string | void>
}

/** Runs steps one after the other, all of them even when one fails, and prints a line for each. */
export async function runSteps(steps: readonly Step[]): Promise<{ passed: number; failed: number }> {
  let failed = 0
  for (const step of steps) {
    const startedAt = performance.now()
    const seconds = () => `${((performance.now() - startedAt) / 1000).toFixed(1)} s`
    try {
      const remark = await step.run()
      process.stdout.write(`  ok    ${step.name} (${seconds()})${remark ? `: ${remark}` : ''}\n`)
    } catch (error) {
      failed++
      process.stdout.write(`  FAIL  ${step.name} (${seconds()})\n${indent(error instanceof Error ? error.message : String(error))}\n`)
    }
  }
  return { passed: steps.length - failed, failed }
}

function indent(text: string): string {
  return text.trimEnd().split('\n').map((line) => `        ${line}`).join('\n')
}
