import { createInterface } from 'node:readline/promises'
import { SettingError } from '../../config/settings.ts'

/** Asks who types before what cannot be undone. Throws `SettingError` for any other word than yes, and where nobody can be asked. */
export async function confirm(question: string): Promise<void> {
  if (!process.stdin.isTTY || !process.stderr.isTTY) throw new SettingError(`--yes must be given where nobody can be asked. ${question}`)
  const lines = createInterface({ input: process.stdin, output: process.stderr })
  try {
    const answer = await lines.question(`${question} Type yes to go on: `)
    if (answer.trim().toLowerCase() !== 'yes') throw new SettingError('nothing was removed')
  } finally {
    lines.close()
  }
}
