import { faultsTable } from './faults-table.ts'
import { fieldsTable } from './fields-table.ts'
import type { GeneratedSection } from './generated-section.ts'
import { optionsTable } from './options-table.ts'
import { promisesTable } from './promises-table.ts'
import { dimensionsTable, metricsTable, queryLimitsTable } from './query-tables.ts'
import { settingsTable } from './settings-table.ts'

/** Every part of a page that is made from the code. */
export const SECTIONS: readonly GeneratedSection[] = [
  { page: 'docs/reference/options.md', name: 'options', make: optionsTable },
  { page: 'docs/guide/privacy.md', name: 'fields', make: fieldsTable },
  { page: 'docs/guide/server.md', name: 'settings', make: settingsTable },
  { page: 'docs/reference/faults.md', name: 'faults', make: faultsTable },
  { page: 'docs/guide/delivery.md', name: 'promises', make: promisesTable },
  { page: 'docs/reference/query.md', name: 'metrics', make: metricsTable },
  { page: 'docs/reference/query.md', name: 'dimensions', make: dimensionsTable },
  { page: 'docs/reference/query.md', name: 'query-limits', make: queryLimitsTable },
]
