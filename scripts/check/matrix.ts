import process from 'node:process'
import { runCommand } from '../run-command.ts'

/** The adapter contract on packed packages, on every framework version and every Node of the table. */
export async function checkMatrix(): Promise<string> {
  const out = await runCommand(process.execPath, ['scripts/matrix.ts'], { quiet: false })
  return out.trimEnd().split('\n').at(-1) ?? ''
}
