import process from 'node:process'
import { runCommand } from '../run-command.ts'

/** The main job on real requests: every one that the four example apps saw is stored. */
export async function checkDemo(): Promise<string> {
  const out = await runCommand(process.execPath, ['scripts/demo.ts', '--once', '--requests', '10000'], { quiet: true })
  return out.trimEnd().split('\n').at(-1) ?? ''
}
