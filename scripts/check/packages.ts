import { join } from 'node:path'
import { packed } from '../pack-all.ts'
import { root, runCommand } from '../run-command.ts'

/** What npm would publish is complete and its types resolve, in ESM and in CommonJS. */
export async function checkPackages(): Promise<string> {
  const bin = (name: string) => join(root, 'node_modules/.bin', name)
  for (const [name, tarball] of packed()) {
    await runCommand(bin('publint'), ['run', tarball, '--strict'], { quiet: true })
    // The server is ESM only; a CommonJS program that requires it gets Node's own require(esm).
    const profile = name === 'server' ? ['--profile', 'esm-only'] : []
    await runCommand(bin('attw'), [tarball, '--quiet', ...profile], { quiet: true })
  }
  return 'publint, are-the-types-wrong'
}
