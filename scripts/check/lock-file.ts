import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../run-command.ts'

/** The lock file must install from any registry: it names no host. */
export async function checkLockFile(): Promise<void> {
  const lines = readFileSync(join(root, 'pnpm-lock.yaml'), 'utf8').split('\n')
  const at = lines.findIndex((line) => /https?:\/\//.test(line))
  if (at !== -1) throw new Error(`pnpm-lock.yaml:${at + 1} names a host: ${lines[at]}`)
}
