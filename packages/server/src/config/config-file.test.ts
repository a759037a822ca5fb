import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { readRegistryPlace, readSettings } from './config.ts'
import { parseConfigFile } from './config-file.ts'
import { DEFAULTS } from './settings.ts'

function writeConfig(text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'wayside-config-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const path = join(folder, 'wayside.conf')
  writeFileSync(path, text)
  return path
}

test('a file sets what a variable and a flag do not', () => {
  const config = writeConfig('\uFEFF# Our server\r\n\r\nport = 5000\r\n  host=::\nlog-level = warn\nopen-keys = true\nmail-from = "Way = side" <a@b>\n')

  expect(readSettings({ config, logLevel: 'error' }, { WAYSIDE_HOST: '0.0.0.0' })).toEqual({ ...DEFAULTS, port: 5_000, host: '0.0.0.0', logLevel: 'error', openKeys: true })
  expect(readSettings({}, { WAYSIDE_CONFIG: config })).toMatchObject({ port: 5_000, host: '::' })
})

test.each([
  ['port 5000', ':2: a line must be `name = value`'],
  ['prot = 5000', ':2: there is no setting "prot". Did you mean "port"?'],
  ['config = other.conf', ':2: there is no setting "config"'],
  ['data = /a\ndata = /b', ':3: data was given already, at '],
  ['smtp-url =', ':2: smtp-url has no value'],
  ['data = "/var/lib/wayside"', ':2: data must be written without quotes'],
  ['port = 5000x', ':2: --port (WAYSIDE_PORT) must be a whole number from 0 to 65535, got "5000x"'],
])('%j is refused with its file and line', (line, message) => {
  const config = writeConfig(`# settings\n${line}\n`)

  expect(() => readSettings({ config }, {})).toThrow(`${config}${message}`)
})

test('what is missing beside a line of the file is asked for without a place', () => {
  expect(() => readSettings({ config: writeConfig('tls-cert = c.pem\n') }, {})).toThrow(/^--tls-key \(WAYSIDE_TLS_KEY\) must be given with --tls-cert/)
})

test('a flag that is wrong is not blamed on the file', () => {
  expect(() => readSettings({ config: writeConfig('port = 1\n'), port: 'x' }, {})).toThrow(/^--port/)
})

test('a file that cannot be read is told with its name', () => {
  expect(() => readSettings({ config: '/nowhere/wayside.conf' }, {})).toThrow('--config (WAYSIDE_CONFIG) must name a file that can be read, got "/nowhere/wayside.conf": ENOENT')
})

test('commands that need projects and keys alone are not stopped by the value of another setting', () => {
  expect(readRegistryPlace({ config: writeConfig('port = x\ndata = /d\n') }, {}).data).toBe('/d')
})

test('no error shows a value that may be a secret', () => {
  for (const line of ['smtp-url = "smtp://u:hunter2@h"', 'smtp-url = http://u:hunter2@h', 'clickhouse-url = tcp://u:hunter2@h'])
    expect(() => readSettings({ config: writeConfig(line) }, {})).toThrow(/^(?!.*hunter2)/)
})

test('places are those of the lines', () => {
  expect(parseConfigFile('\nport = 1', 'x.conf').placeOf('port')).toBe('x.conf:2')
})
