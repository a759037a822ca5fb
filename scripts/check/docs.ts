import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { root } from '../run-command.ts'

/** Every relative link in the repository's pages leads to a file, and every file that a page names in code exists. */
export async function checkDocs(): Promise<string> {
  const pages = ['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'SECURITY.md', ...pagesIn('docs'), ...pagesIn('examples'), ...pagesIn('bench')]
  const broken = pages.flatMap((page) => {
    const text = readFileSync(join(root, page), 'utf8').replace(/```[\s\S]*?```/g, '')
    const links = [...text.matchAll(/\]\(([^)\s#]+)(?:#[^)]*)?\)/g)].map(([, target]) => target ?? '')
    const missing = links.filter((target) => !/^[a-z]+:/.test(target) && !existsSync(resolve(root, dirname(page), target)))
    const paths = [...text.matchAll(/`((?:packages|scripts|docs|examples|bench)\/[\w./-]+\.\w+)`/g)].map(([, path]) => path ?? '')
    return [...missing, ...paths.filter((path) => !existsSync(join(root, path)))].map((target) => `${page}: ${target} does not exist`)
  })
  if (broken.length > 0) throw new Error(broken.join('\n'))
  return `${pages.length} pages`
}

function pagesIn(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.md') && !/node_modules|dist|\.cache/.test(entry.parentPath))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
}
