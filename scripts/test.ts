// Builds what changed and runs the tests with the newest versions: without arguments those that are quick, with `--long` the
// others. Any other arguments go to vitest: `npm test -- --project core`.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { build } from './build.ts'
import { LONG_TESTS, MORE_QUESTIONS } from './long-tests.ts'
import { root, runCommand } from './run-command.ts'

/** As many random questions as each engine must answer like the oracle; without the variable it is a tenth. */
const QUESTIONS = '2000'

await build()
const isLong = process.argv.includes('--long')
const folder = mkdtempSync(join(tmpdir(), 'wayside-test-'))
const report = join(folder, 'report.json')
try {
  await runCommand(join(root, 'node_modules/.bin/vitest'), ['run', ...toSelection(process.argv.slice(2))], {
    env: { ...process.env, WAYSIDE_TEST_REPORT: report, ...(isLong && { WAYSIDE_QUESTIONS: QUESTIONS }) },
  }).catch(() => (process.exitCode = 1))
  const { numPassedTests: passed, numFailedTests: failed, success } = readReport()
  // A file that cannot be loaded fails the run without a failed test of its own.
  console.log(`\n${passed} passed, ${failed === 0 && !success ? 1 : failed} failed`)
} finally {
  rmSync(folder, { recursive: true, force: true })
}

function toSelection(given: readonly string[]): readonly string[] {
  if (isLong) return [...LONG_TESTS, ...MORE_QUESTIONS, ...given.filter((argument) => argument !== '--long')]
  // Whole paths: vitest reads others from the folder of each project, where these are not.
  return given.length > 0 ? given : LONG_TESTS.flatMap((file) => ['--exclude', join(root, file)])
}

function readReport(): { numPassedTests: number; numFailedTests: number; success: boolean } {
  try {
    return JSON.parse(readFileSync(report, 'utf8'))
  } catch {
    return { numPassedTests: 0, numFailedTests: 0, success: false } // vitest ended before it could write one.
  }
}
