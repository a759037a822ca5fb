import type { ContractCase } from './contract-case.ts'
import { abortCases } from './contract/abort-cases.ts'
import { concurrencyCases } from './contract/concurrency-cases.ts'
import { deliveryCases } from './contract/delivery-cases.ts'
import { errorCases } from './contract/error-cases.ts'
import { mapperCases } from './contract/mapper-cases.ts'
import { methodCases } from './contract/method-cases.ts'
import { mountingCases } from './contract/mounting-cases.ts'
import { privacyCases } from './contract/privacy-cases.ts'
import { processCases } from './contract/process-cases.ts'
import { routingCases } from './contract/routing-cases.ts'
import { sizeCases } from './contract/size-cases.ts'
import { transparencyCases } from './contract/transparency-cases.ts'
import { upgradeCases } from './contract/upgrade-cases.ts'
import { upstreamCases } from './contract/upstream-cases.ts'

/** What every adapter promises on every version of its framework, as cases that need no test runner. */
export const ADAPTER_CONTRACT: readonly ContractCase[] = [
  ...routingCases,
  ...methodCases,
  ...errorCases,
  ...sizeCases,
  ...abortCases,
  ...upgradeCases,
  ...privacyCases,
  ...mapperCases,
  ...mountingCases,
  ...concurrencyCases,
  ...upstreamCases,
  ...transparencyCases,
  ...deliveryCases,
  ...processCases,
]

/** Milliseconds after which a case counts as hung. */
export const CASE_DEADLINE_MS = 120_000
