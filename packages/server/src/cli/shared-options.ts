import { Option, type Command } from 'commander'
import { REGISTRY_OPTIONS } from '../config/config.ts'
import { SERVE_OPTIONS } from '../config/options.ts'

/** What a command may be told of where projects and keys are. */
export interface RegistryFlags {
  readonly config?: string
  readonly data?: string
  readonly databaseUrl?: string
  readonly keyPepperFile?: string
}

/** Gives a command `--data DIR` and the other options of where projects and keys are. */
export function addRegistryOptions(command: Command): Command {
  for (const name of REGISTRY_OPTIONS) {
    const { flag, value, help, variable, fallback } = SERVE_OPTIONS[name]
    const known = fallback === null ? '' : `default: ${fallback}, `
    command.addOption(new Option(`${flag} <${value}>`, `${help} (${known}env: ${variable})`))
  }
  return command
}

/** `--project NAME`. */
export function projectOption(): Option {
  return new Option('--project <NAME>', 'name of the project, as `wayside projects list` shows it')
}
