import type { Command } from 'commander'
import { optionEntries } from '../config/config.ts'
import type { WrittenOptions } from '../config/options.ts'

export type ServeFlags = Readonly<Record<string, string | boolean>>

/** Gives a command all settings of the server. */
export function addServeOptions(command: Command): Command {
  for (const [, { flag, value, variable, help, fallback }] of optionEntries()) {
    const notes = [fallback === null ? null : `default: ${fallback}`, `env: ${variable}`].filter((note) => note !== null)
    command.option(value === null ? flag : `${flag} <${value}>`, `${help} (${notes.join(', ')})`)
  }
  return command
}

/** What was written of them; a flag without a value is `'true'`. */
export function toWritten(flags: ServeFlags): WrittenOptions {
  return Object.fromEntries(optionEntries().flatMap(([name]) => (flags[name] === undefined ? [] : [[name, String(flags[name])]])))
}
