import type { AdapterHarness, Capability } from './adapter-harness.ts'

/** One promise that every adapter keeps. Rejects with an `AssertionError` where it is broken. */
export interface ContractCase {
  readonly name: string
  /** Without one of these the case does not apply. */
  readonly needs?: readonly Capability[]
  readonly run: (harness: AdapterHarness) => Promise<void>
}

/** Why a case does not apply to this harness, in the harness's own words; `null` when it does. */
export function reasonToSkip({ needs = [] }: ContractCase, { cannot }: Pick<AdapterHarness, 'cannot'>): string | null {
  for (const capability of needs) {
    const reason = cannot[capability]
    if (reason !== undefined) return `${capability}: ${reason}`
  }
  return null
}
