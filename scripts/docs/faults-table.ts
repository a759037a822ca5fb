import { FAULT_ROWS } from './fault-rows.ts'
import { linksTo, readNamedTests } from './named-tests.ts'

/** A table of every fault with the tests that are named after it. A row with neither test nor reason stops the build. */
export function faultsTable(): string {
  const tests = readNamedTests()
  const rows = FAULT_ROWS.map(({ row, fault, outcome, note }) => {
    const shown = [linksTo(tests.filesOf(row)), note ?? ''].filter((text) => text !== '').join('; ')
    if (shown === '') throw new Error(`no test is named after row ${row} (${fault}), and no reason is given`)
    return `| ${row} | ${fault} | ${outcome} | ${shown} |`
  })
  return ['| row | fault | what has to come of it | shown by |', '|---|---|---|---|', ...rows].join('\n')
}
