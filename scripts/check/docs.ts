import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { isCurrent } from '../docs/generated-section.ts'
import { SECTIONS } from '../docs/sections.ts'
import { root } from '../run-command.ts'

/** Links lead to files, files named in code exist, and what is generated from the code says what the code says now. */
export async function checkDocs(): Promise<string> {
  const pages = ['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'SECURITY.md', ...pagesIn('docs'), ...pagesIn('examples'), ...pagesIn('bench')]
  const broken = pages.flatMap((page) => {
    const text = readFileSync(join(root, page), 'utf8').replace(/```[\s\S]*?```/g, '')
    const links = [...text.matchAll(/\]\(([^)\s#]+)(?:#[^)]*)?\)/g)].map(([, target]) => target ?? '')
    const missing = links.filter((target) => !/^[a-z]+:/.test(target) && !existsSync(resolve(root, dirname(page), target)))
    const paths = [...text.matchAll(/`((?:packages|scripts|docs|examples|bench)\/[\w./-]+\.\w+)`/g)].map(([, path]) => path ?? '')
    return [...missing, ...paths.filter((path) => !existsSync(join(root, path)))].map((target) => `${page}: ${target} does not exist`)
  })
  const old = SECTIONS.filter((section) => !isCurrent(section)).map(({ page, name }) => `${page}: "${name}" is not what the code says; \`npm run build -- docs\` writes it anew`)
  if (broken.length + old.length > 0) throw new Error([...broken, ...old].join('\n'))
  return `${pages.length} pages`
}

function pagesIn(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.md') && !/node_modules|dist|\.cache/.test(entry.parentPath))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
}
