import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { runCommand } from '../run-command.ts'

/** Installed for the check alone: it brings 170 MB, which no contributor needs. */
const LIGHTHOUSE = 'lighthouse@13.5.0'

/** Has Lighthouse judge the overview in Debian's Chromium, desktop preset. */
export async function checkLighthouse(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'wayside-lighthouse-'))
  try {
    await runCommand('npm', ['install', '--prefix', folder, '--ignore-scripts', '--no-audit', '--no-fund', LIGHTHOUSE], { quiet: true })
    const out = await runCommand(process.execPath, ['--conditions=@wayside/source', 'packages/dashboard/test/lighthouse.ts', folder], { quiet: true })
    return out.trimEnd().split('\n').at(-1) ?? ''
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
