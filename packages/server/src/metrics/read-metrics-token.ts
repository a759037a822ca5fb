import { readFileSync } from 'node:fs'
import { SettingError } from '../config/settings.ts'

/** Shorter ones could be guessed. */
const MIN_LENGTH = 16

/** The token that `/metrics` asks for. Throws `SettingError`. */
export function readMetricsToken(path: string): string {
  const name = '--metrics-token-file (WAYSIDE_METRICS_TOKEN_FILE)'
  let token: string
  try {
    token = readFileSync(path, 'utf8').trim()
  } catch (cause) {
    throw new SettingError(`${name} must name a file that can be read, got ${JSON.stringify(path)}: ${String(cause)}`, { cause })
  }
  if (token.length < MIN_LENGTH || /\s/.test(token)) throw new SettingError(`${name} must name a file that holds one token of ${MIN_LENGTH} characters or more, such as \`openssl rand -hex 32\` makes; ${JSON.stringify(path)} does not`)
  return token
}
