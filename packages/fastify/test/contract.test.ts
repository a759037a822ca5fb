import { ADAPTER_CONTRACT, CASE_DEADLINE_MS, reasonToSkip } from '@wayside/testing'
import { describe, test } from 'vitest'
import { harnesses } from './harness.ts'

describe.each(harnesses)('$name', (harness) => {
  for (const each of ADAPTER_CONTRACT) {
    const reason = reasonToSkip(each, harness)
    const name = reason === null ? each.name : `${each.name} (${reason})`
    test.skipIf(reason !== null)(name, { timeout: CASE_DEADLINE_MS }, () => each.run(harness))
  }
})
