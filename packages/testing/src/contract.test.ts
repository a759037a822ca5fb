import { describe, expect, test } from 'vitest'
import type { AdapterHarness } from './adapter-harness.ts'
import { ADAPTER_CONTRACT } from './adapter-contract.ts'
import { reasonToSkip } from './contract-case.ts'

describe('the adapter contract', () => {
  test('has a name of its own for every case', () => {
    const names = ADAPTER_CONTRACT.map(({ name }) => name)
    expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([])
  })

  test('skips a case only with the reason that the harness gives', () => {
    const harness = { cannot: { subApp: 'no app inside an app' } } satisfies Pick<AdapterHarness, 'cannot'>
    const reasons = ADAPTER_CONTRACT.map((contractCase) => reasonToSkip(contractCase, harness))
    expect(reasons.filter((reason) => reason !== null)).toEqual(['subApp: no app inside an app'])
  })
})
