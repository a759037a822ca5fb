import { join, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { readEnvironment } from './config.ts'
import { parseSpool } from './parse-spool.ts'
import type { SpoolMode, SpoolSettings } from './spool-settings.ts'

describe('the spool', () => {
  test('is off unless asked for', () => {
    expect(parse(undefined)).toBeNull()
    expect(parse('off', { WAYSIDE_SPOOL: 'always' })).toBeNull()
    expect(parse({ mode: 'off' })).toBeNull()
  })

  test('is asked for by its mode, by settings, or by the environment', () => {
    const overflow = { always: false, folder: join('/state', 'wayside', 'spool'), maxBytes: 67_108_864, fsync: false }
    expect(parse('overflow')).toEqual(overflow)
    expect(parse({})).toEqual(overflow)
    expect(parse(undefined, { WAYSIDE_SPOOL: 'overflow' })).toEqual(overflow)
    expect(parse('always', { WAYSIDE_SPOOL_FOLDER: '/data/spool' })).toEqual({ ...overflow, always: true, folder: resolve('/data/spool') })
    expect(parse({ mode: 'always', folder: '/mine', maxBytes: 1_048_576, fsync: true }, { WAYSIDE_SPOOL_FOLDER: '/data/spool' })).toEqual({
      always: true,
      folder: resolve('/mine'),
      maxBytes: 1_048_576,
      fsync: true,
    })
  })

  test.each<[unknown, string]>([
    ['disk', 'spool must be "off", "overflow", "always" or an object with such a mode, got "disk" (string)'],
    [['always'], 'spool must be "off"'],
    [{ directory: '/x' }, 'spool has no setting "directory" (string); it takes mode, folder, maxBytes and fsync'],
    [{ maxBytes: 1_000 }, 'spool.maxBytes must be a whole number from 1048576 to 2147483648, got 1000 (number)'],
    [{ maxBytes: '64 MiB' }, 'spool.maxBytes must be a whole number'],
    [{ fsync: 1 }, 'spool.fsync must be true or false, got 1 (number)'],
    [{ folder: '' }, 'spool.folder must be the path of a folder, got "" (string)'],
  ])('%j is an error at start', (given, message) => {
    // Boundary cast: what a program without types may pass.
    expect(() => parse(given as SpoolSettings)).toThrow(message)
  })

  test('needs a folder where the user has no home', () => {
    const environment = { ...readEnvironment({}), stateFolder: undefined }
    expect(() => parseSpool('overflow', environment)).toThrow('spool.folder is missing')
    expect(parseSpool({ folder: '/mine' }, environment)?.folder).toBe(resolve('/mine'))
  })
})

function parse(given: SpoolMode | SpoolSettings | undefined, variables: Record<string, string> = {}) {
  return parseSpool(given, readEnvironment({ XDG_STATE_HOME: '/state', ...variables }))
}
