// Builds what changed and runs the tests with the newest versions. Arguments go to vitest: `npm test -- --project core`.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { build } from './build.ts'
import { root, runCommand } from './run-command.ts'

await build()
const folder = mkdtempSync(join(tmpdir(), 'wayside-test-'))
const report = join(folder, 'report.json')
const args = ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`, ...process.argv.slice(2)]
try {
  await runCommand(join(root, 'node_modules/.bin/vitest'), args).catch(() => (process.exitCode = 1))
  const { numPassedTests: passed, numFailedTests: failed, success } = readReport()
  // A file that cannot be loaded fails the run without a failed test of its own.
  console.log(`\n${passed} passed, ${failed === 0 && !success ? 1 : failed} failed`)
} finally {
  rmSync(folder, { recursive: true, force: true })
}

function readReport(): { numPassedTests: number; numFailedTests: number; success: boolean } {
  try {
    return JSON.parse(readFileSync(report, 'utf8'))
  } catch {
    return { numPassedTests: 0, numFailedTests: 0, success: false } // vitest ended before it could write one.
  }
}
