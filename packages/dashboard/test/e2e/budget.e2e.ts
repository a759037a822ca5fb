import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { DIST } from './build-page.ts'

const files = readdirSync(DIST, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => ({ name: entry.name, bytes: readFileSync(join(entry.parentPath, entry.name)) }))

function gzippedKb(pattern: RegExp): number {
  const matching = files.filter(({ name }) => pattern.test(name))
  return matching.reduce((sum, { bytes }) => sum + gzipSync(bytes).length, 0) / 1_024
}

test('the scripts of the first load stay within 60 KB, everything within 90 KB', () => {
  expect(gzippedKb(/\.js$/)).toBeGreaterThan(5)
  expect(gzippedKb(/\.js$/)).toBeLessThanOrEqual(60)
  expect(gzippedKb(/\.(js|css|svg|html)$/)).toBeLessThanOrEqual(90)
})

test('source maps do not ship, and what browsers keep has a hash in its name', () => {
  const names = files.map(({ name }) => name.replace(/\.(br|gz)$/, ''))
  expect(names.filter((name) => name.endsWith('.map'))).toEqual([])
  expect(names.filter((name) => !/^(index\.html|\.built|[\w-]+-[\w-]{8}\.(js|css|svg))$/.test(name))).toEqual([])
})

test('every text file has its compressed copies', () => {
  const names = files.map(({ name }) => name)
  for (const name of names.filter((each) => /\.(js|css|html)$/.test(each)))
    expect(names).toEqual(expect.arrayContaining([`${name}.br`, `${name}.gz`]))
})
