import { Option } from 'commander'
import { SERVE_OPTIONS } from '../config/options.ts'

/** `--data DIR`, as every command has it. */
export function dataOption(): Option {
  const { flag, value, help, variable, fallback } = SERVE_OPTIONS.data
  return new Option(`${flag} <${value}>`, `${help} (default: ${fallback}, env: ${variable})`)
}

/** `--project NAME`. */
export function projectOption(): Option {
  return new Option('--project <NAME>', 'name of the project, as `wayside projects list` shows it')
}
