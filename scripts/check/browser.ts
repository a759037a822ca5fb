import { existsSync } from 'node:fs'
import { runCommand } from '../run-command.ts'

/** Drives the page in Chromium against a real server. */
export async function checkBrowser(): Promise<string> {
  if (!existsSync('/usr/bin/chromium')) throw new Error('Chromium is not at /usr/bin/chromium; on Debian: apt-get install chromium')
  const out = stripColour(await runCommand('node_modules/.bin/vitest', ['run', '--config', 'vitest.e2e.config.ts'], { quiet: true }))
  const unsteady = out.split('\n').filter((line) => line.startsWith('Failed once'))
  return [/Tests\s+(\d+ passed)/.exec(out)?.[1] ?? 'passed', ...unsteady].join('\n  ')
}

function stripColour(text: string): string {
  // eslint-disable-next-line no-control-regex -- the escape character starts every colour code
  return text.replace(/\u001B\[[\d;]*m/g, '')
}
