import { Option, type Command } from 'commander'
import { REMOTE_OPTIONS } from '../../config/remote.ts'

/** Gives a command `--url URL` and `--key KEY`. */
export function addRemoteOptions(command: Command): Command {
  for (const { flag, value, help, variable, fallback } of Object.values(REMOTE_OPTIONS)) {
    command.addOption(new Option(`${flag} <${value}>`, `${help} (${fallback === null ? '' : `default: ${fallback}, `}env: ${variable})`))
  }
  return command
}
