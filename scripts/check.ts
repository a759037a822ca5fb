// Everything that is checked besides the tests: types, lint, import directions, dead code, what the packages hold and
// weigh, and that they work when a stranger installs them. `npm run check -- types lint` runs only those named,
// `npm run check -- all` the slow ones too.
import process from 'node:process'
import { build } from './build.ts'
import { checkBrowser } from './check/browser.ts'
import { checkContainer } from './check/container.ts'
import { checkDemo } from './check/demo.ts'
import { checkDocs } from './check/docs.ts'
import { checkLighthouse } from './check/lighthouse.ts'
import { checkLockFile } from './check/lock-file.ts'
import { checkMatrix } from './check/matrix.ts'
import { checkPackages } from './check/packages.ts'
import { checkPackedApp } from './check/packed-app.ts'
import { checkSizes } from './check/sizes.ts'
import { checkTypes } from './check/types.ts'
import { packAll } from './pack-all.ts'
import { runCommand } from './run-command.ts'
import { runSteps, type Step } from './run-steps.ts'

const STEPS: readonly Step[] = [
  { name: 'types', run: checkTypes },
  { name: 'lint', run: () => tool('oxlint', '--deny-warnings') },
  { name: 'import directions', run: () => tool('depcruise', 'packages', '--config', '.dependency-cruiser.cjs') },
  { name: 'dead code', run: () => tool('knip') },
  { name: 'lock file', run: checkLockFile },
  { name: 'docs', run: checkDocs },
  { name: 'build and pack', run: async () => void (await packAll()) },
  { name: 'package contents', run: checkPackages },
  { name: 'sizes', run: checkSizes },
  { name: 'packed app', run: checkPackedApp },
]

/** Minutes, not seconds: the browser, the whole demo, a bare Debian, every framework version on every Node. */
const SLOW_STEPS: readonly Step[] = [
  { name: 'browser', run: checkBrowser },
  { name: 'demo', run: checkDemo },
  { name: 'container', run: checkContainer },
  { name: 'matrix', run: checkMatrix },
]

/** Only when named, as the full run does: it installs a tool of 170 MB and measures for minutes. */
const NAMED_STEPS: readonly Step[] = [{ name: 'lighthouse', run: checkLighthouse }]

const wanted = process.argv.slice(2)
const isWanted = ({ name }: Step) => wanted.some((word) => name.includes(word))
const ofAll = wanted.includes('all') ? [...STEPS, ...SLOW_STEPS] : null
const steps = wanted.length === 0 ? STEPS : (ofAll ?? [...STEPS, ...SLOW_STEPS, ...NAMED_STEPS].filter(isWanted))
await build()
const { passed, failed } = await runSteps(steps)
console.log(`\n${passed} passed, ${failed} failed`)
process.exitCode = failed === 0 ? 0 : 1

async function tool(name: string, ...args: string[]): Promise<void> {
  await runCommand(`node_modules/.bin/${name}`, args, { quiet: true })
}
