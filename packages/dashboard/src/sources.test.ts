import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const sources = readdirSync(import.meta.dirname, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && !entry.name.includes('.test.'))
  .map((entry) => join(entry.parentPath, entry.name))

function linesWith(pattern: RegExp): string[] {
  return sources.flatMap((file) =>
    readFileSync(file, 'utf8')
      .split('\n')
      .filter((line) => pattern.test(line))
      .map((line) => `${file}: ${line.trim()}`),
  )
}

test('no source turns text into markup or code', () => {
  const markup = /innerHTML|outerHTML|insertAdjacentHTML|setHTML|document\.write|createContextualFragment/
  expect(linesWith(markup)).toEqual([])
  expect(linesWith(/\beval\(|new Function/)).toEqual([])
})

test('no source names another host', () => {
  expect(linesWith(/https?:\/\/(?!www\.w3\.org\/2000\/svg)/)).toEqual([])
})

test('no style is written as text, which the content security policy forbids', () => {
  expect(linesWith(/style="|style=\{`/)).toEqual([])
})

test('only the wiring reaches for what belongs to the whole browser', () => {
  const reachers = linesWith(/\b(localStorage|sessionStorage|window\.)/).filter((line) => !/^\S*: (\/?\*|\/\/)/.test(line))
  const files = [...new Set(reachers.map((line) => line.slice(import.meta.dirname.length + 1).split(':')[0]))]
  expect(files.toSorted()).toEqual(['state/address.ts', 'state/dashboard.ts'])
})
