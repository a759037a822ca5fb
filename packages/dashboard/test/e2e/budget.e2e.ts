import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { DIST } from './build-page.ts'

const files = readdirSync(DIST, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => ({ name: entry.name, bytes: readFileSync(join(entry.parentPath, entry.name)) }))

/** What a browser asks for before the overview is drawn: the page, and what it names. */
const page = readFileSync(join(DIST, 'index.html'), 'utf8')
const firstLoad = files.filter(({ name }) => name === 'index.html' || page.includes(`/${name}"`))

function gzippedKb(of: typeof files): number {
  return of.reduce((sum, { bytes }) => sum + gzipSync(bytes).length, 0) / 1_024
}
const isScript = ({ name }: { readonly name: string }) => name.endsWith('.js')

test('the scripts of the first load stay within 60 KB, everything of it within 90 KB', () => {
  const scripts = gzippedKb(firstLoad.filter(isScript))
  expect(scripts).toBeGreaterThan(5)
  expect(scripts).toBeLessThanOrEqual(60)
  expect(gzippedKb(firstLoad)).toBeLessThanOrEqual(90)
})

test('the code of each other view is a file of its own, which the first load has not', () => {
  const views = files.filter(({ name }) => /-view-[\w-]{8}\.js$/.test(name))
  expect(views.length).toBeGreaterThanOrEqual(10)
  expect(views.filter((file) => firstLoad.includes(file))).toEqual([])
  for (const view of views) expect(gzippedKb([view]), view.name).toBeLessThanOrEqual(20)
})

test('source maps do not ship, and what browsers keep has a hash in its name', () => {
  const names = files.map(({ name }) => name.replace(/\.(br|gz)$/, ''))
  expect(names.filter((name) => name.endsWith('.map'))).toEqual([])
  expect(names.filter((name) => !/^(index\.html|\.built|[\w-]+-[\w-]{8}\.(js|css|svg))$/.test(name))).toEqual([])
})

test('every text file has its compressed copies', () => {
  const names = files.map(({ name }) => name)
  // Below this a copy saves no packet.
  for (const { name } of files.filter((file) => /\.(js|css|html)$/.test(file.name) && file.bytes.length >= 512))
    expect(names).toEqual(expect.arrayContaining([`${name}.br`, `${name}.gz`]))
})
