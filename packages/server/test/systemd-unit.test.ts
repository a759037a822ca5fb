import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { SERVE_OPTIONS } from '../src/config/options.ts'

const UNIT = fileURLToPath(new URL('../../../deploy/wayside.service', import.meta.url))
/** Of 10; systemd calls up to 2 "OK", and a unit that says nothing gets 9.6. */
const MOST_EXPOSURE = 2

const analyze = (...args: readonly string[]) => spawnSync('systemd-analyze', [...args, UNIT], { encoding: 'utf8' })
const lacksSystemd = spawnSync('systemd-analyze', ['--version']).error !== undefined

test.skipIf(lacksSystemd)('systemd finds no fault with the unit (skipped where there is no systemd-analyze)', () => {
  const { status, stdout, stderr } = analyze('verify')
  expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: '', stderr: '' })
})

test.skipIf(lacksSystemd)('the unit gives the server next to nothing (skipped where there is no systemd-analyze)', () => {
  const { stdout } = analyze('security', '--offline=true')
  expect(Number(/exposure level for wayside\.service: ([\d.]+)/.exec(stdout)?.[1])).toBeLessThanOrEqual(MOST_EXPOSURE)
})

test('the unit starts the server with flags that it has', () => {
  const [, command = ''] = /^ExecStart=\/usr\/bin\/env wayside serve (.+)$/m.exec(readFileSync(UNIT, 'utf8')) ?? []
  const flags = command.match(/--[\w-]+/g) ?? []
  expect(flags).not.toEqual([])
  expect(Object.values(SERVE_OPTIONS).map(({ flag }) => flag)).toEqual(expect.arrayContaining(flags))
})
