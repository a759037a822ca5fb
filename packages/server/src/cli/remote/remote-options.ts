import { Option, type Command } from 'commander'
import { READ_KEY, SERVER_ADDRESS, type RemoteKeyOption } from '../../config/remote.ts'

/** Gives a command `--url URL` and `--key KEY`. */
export function addRemoteOptions(command: Command, key: RemoteKeyOption = READ_KEY): Command {
  for (const { flag, value, help, variable, fallback } of [SERVER_ADDRESS, key]) {
    command.addOption(new Option(`${flag} <${value}>`, `${help} (${fallback === null ? '' : `default: ${fallback}, `}env: ${variable})`))
  }
  return command
}
