import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../run-command.ts'

/** A part of a page that is made from the code, between two comments that name it. */
export interface GeneratedSection {
  readonly page: string
  readonly name: string
  /** Markdown. */
  readonly make: () => string
}

/** Whether the page holds what the code says now. */
export function isCurrent(section: GeneratedSection): boolean {
  const page = readFileSync(join(root, section.page), 'utf8')
  return page === replaceSection(page, section)
}

export function writeSection(section: GeneratedSection): void {
  const path = join(root, section.page)
  writeFileSync(path, replaceSection(readFileSync(path, 'utf8'), section))
}

function replaceSection(text: string, { page, name, make }: GeneratedSection): string {
  const [start, end] = [`<!-- generated: ${name} -->`, `<!-- end: ${name} -->`]
  const from = text.indexOf(start)
  const to = text.indexOf(end)
  if (from === -1 || to < from) throw new Error(`${page} lacks the comments ${start} and ${end}`)
  return `${text.slice(0, from + start.length)}\n\n${make()}\n\n${text.slice(to)}`
}
