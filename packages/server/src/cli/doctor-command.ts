import { Command } from 'commander'
import { readSettings } from '../config/config.ts'
import type { Finding } from '../doctor/finding.ts'
import { print } from './print.ts'
import { addServeOptions, toWritten, type ServeFlags } from './serve-options.ts'

const SIGNS = { ok: 'ok  ', warn: 'WARN', fail: 'FAIL' } as const

/** `wayside doctor`: says what keeps a server from its work, or soon will. */
export function doctorCommand(): Command {
  return addServeOptions(new Command('doctor').description('Look at all that the server needs, and change nothing: the same settings as `wayside serve`, while it runs or not.').option('--json', 'print findings as JSON'))
    .addHelpText(
      'after',
      `
Ends with 1 when something keeps the server from its work, and with 0 otherwise, warnings included.

Example:
  wayside doctor --config /etc/wayside.conf`,
    )
    .action(async (flags: ServeFlags) => {
      const findings = await examineWritten(flags)
      await print(flags['json'] === true ? `${JSON.stringify(findings, null, 2)}\n` : findings.map(({ check, level, text }) => `${SIGNS[level]}  ${check}: ${escapeControls(text)}\n`).join(''))
      if (findings.some(({ level }) => level === 'fail')) process.exitCode = 1
    })
}

/** Settings without a meaning are a finding, too. */
async function examineWritten(flags: ServeFlags): Promise<readonly Finding[]> {
  const { find } = await import('../doctor/finding.ts')
  const { examine } = await import('../doctor/examine.ts')
  let findings: readonly Finding[] = []
  const settings = await find('settings', async () => {
    findings = await examine(readSettings(toWritten(flags)))
    return null
  })
  return [...settings, ...findings]
}

/** What a database or a mail server answers goes to a terminal. */
function escapeControls(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029]/gu, (each) => `\\u${each.charCodeAt(0).toString(16).padStart(4, '0')}`)
}
