import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'

const REFERENCE = new URL('../../../docs/reference/', import.meta.url)
const IS_TEST = /\.(test|e2e)\.ts$|-cases\.ts$|-conformance\.ts$/
const HAS_A_TEST = /(^|\s)(test|it|withOpenssl)(\.\w+)*\(/

/** The rows of a page's table: their first and their last cell. */
function rowsOf(page: string): readonly { readonly item: string; readonly shownBy: string }[] {
  const rows = [...readFileSync(new URL(page, REFERENCE), 'utf8').matchAll(/^\| (.*) \|$/gm)].map(([, row = '']) => row.split(' | '))
  return rows.slice(1).map((cells) => ({ item: cells[0] ?? '', shownBy: cells.at(-1) ?? '' }))
}

function testsOf(shownBy: string): readonly URL[] {
  return [...shownBy.matchAll(/\]\(([^)]+)\)/g)].map(([, path = '']) => new URL(path, REFERENCE)).filter(({ pathname }) => IS_TEST.test(pathname))
}

describe.each(['security.md', 'capabilities.md'])('%s', (page) => {
  test.each(rowsOf(page))('names a test that there is for: $item', ({ shownBy }) => {
    if (shownBy.startsWith('comes with')) return
    const tests = testsOf(shownBy)
    expect(tests).not.toEqual([])
    for (const file of tests) {
      expect(existsSync(file), fileURLToPath(file)).toBe(true)
      // Cases and conformance suites are lists that other files run.
      if (/\.(test|e2e)\.ts$/.test(file.pathname)) expect(readFileSync(file, 'utf8')).toMatch(HAS_A_TEST)
    }
  })
})

test('each capability has one row', () => {
  expect(rowsOf('capabilities.md').map(({ item }) => item)).toEqual(Array.from({ length: 13 }, (_, at) => `C${at + 1}`))
})
