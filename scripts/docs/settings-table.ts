import { SERVE_OPTIONS } from '../../packages/server/src/config/options.ts'

/** A table of the server's settings from the one that the command line and the configuration use. */
export function settingsTable(): string {
  const rows = Object.values(SERVE_OPTIONS).map(({ flag, value, variable, help, fallback }) => {
    const written = value === null ? flag : `${flag} ${value}`
    return `| \`${written}\` | \`${variable}\` | ${fallback === null ? '' : `\`${fallback}\``} | ${help} |`
  })
  return ['| flag | environment variable | default | meaning |', '|---|---|---|---|', ...rows].join('\n')
}
