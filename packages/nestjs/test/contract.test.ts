import { ADAPTER_CONTRACT, CASE_DEADLINE_MS, reasonToSkip } from '@wayside/testing'
import { describe, test } from 'vitest'
import { harnesses } from './harness.ts'

describe.each(harnesses)('the adapter contract on $name', (harness) => {
  for (const contractCase of ADAPTER_CONTRACT) {
    const skipped = reasonToSkip(contractCase, harness)
    if (skipped === null) test(contractCase.name, () => contractCase.run(harness), CASE_DEADLINE_MS)
    else test.skip(`${contractCase.name} (${skipped})`)
  }
})
