import { Command } from 'commander'
import { readRegistryPlace } from '../config/config.ts'
import { SERVE_OPTIONS } from '../config/options.ts'

/** `wayside restore`: makes a data folder of what `wayside backup` has made. */
export function restoreCommand(): Command {
  const { data, config } = SERVE_OPTIONS
  return new Command('restore')
    .description('Make a data folder of a backup. Each file is compared with its checksum.')
    .requiredOption('--from <DIR>', 'folder that `wayside backup` has made')
    .option(`${data.flag} <${data.value}>`, `${data.help}; must be empty (default: ${data.fallback}, env: ${data.variable})`)
    .option(`${config.flag} <${config.value}>`, `${config.help} (env: ${config.variable})`)
    .addHelpText(
      'after',
      `
What was acknowledged after the backup began may be missing; what was removed since is there again.

Example:
  wayside restore --from /backups/wayside-2026-01-31 --data /var/lib/wayside`,
    )
    .action(async ({ from, ...flags }: { readonly from: string; readonly data?: string; readonly config?: string }) => {
      const { data: folder } = readRegistryPlace(flags)
      process.umask(0o077)
      const { restoreBackup } = await import('../backup/restore-backup.ts')
      const { startedAt, registry } = await restoreBackup({ from, data: folder })
      process.stderr.write(`${folder} is as it was at ${startedAt}. Start the server on it.\n`)
      if (registry === 'postgresql') process.stderr.write('Projects, keys and people are not in it: restore their PostgreSQL database too.\n')
    })
}
