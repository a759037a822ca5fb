import { readFileSync, readdirSync } from 'node:fs'
import { join, relative } from 'node:path'
import { root } from '../run-command.ts'

/** Files of tests by what their titles begin with, such as `row 5` or `promise: kill -9`. */
export interface NamedTests {
  /** How many titles in which files, by path from the root. */
  filesOf(name: string): ReadonlyMap<string, number>
}

const TESTS = /(?:\.test|\.e2e|-cases)\.ts$/
const TITLE = /(['"`])((?:rows? \d|[^'"`\n]*promise:)(?:(?!\1).)*)\1/g

/** Reads the titles that are named after a fault or a promise from all tests of the repository. */
export function readNamedTests(): NamedTests {
  const titles: { readonly title: string; readonly file: string }[] = []
  for (const folder of ['packages', 'bench']) {
    for (const entry of readdirSync(join(root, folder), { recursive: true, withFileTypes: true })) {
      const path = join(entry.parentPath, entry.name)
      if (!entry.isFile() || !TESTS.test(entry.name) || path.includes('node_modules')) continue
      for (const [, , title = ''] of readFileSync(path, 'utf8').matchAll(TITLE)) titles.push({ title, file: relative(root, path) })
    }
  }
  return {
    filesOf(name) {
      const files = new Map<string, number>()
      for (const { title, file } of titles) if (isNamed(title, name)) files.set(file, (files.get(file) ?? 0) + 1)
      return new Map([...files].sort(([a], [b]) => a.localeCompare(b)))
    },
  }
}

/** A title may name several rows and a promise, as in `row 4, 20: …` and `row 43, promise: …`. */
function isNamed(title: string, name: string): boolean {
  if (name.startsWith('promise:')) return title.includes(name)
  const rows = /^rows? ([^:]+?)(?:, promise)?:/.exec(title)?.[1] ?? ''
  return rows.split(/,| and /).map((each) => each.replace('row', '').trim()).includes(name)
}

/** Links from a page in a folder of `docs/`. */
export function linksTo(files: ReadonlyMap<string, number>): string {
  return [...files].map(([file, count]) => `[${file.split('/').at(-1)}](../../${file})${count > 1 ? ` (${count})` : ''}`).join(', ')
}
