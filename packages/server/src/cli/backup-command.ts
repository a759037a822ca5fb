import { Command } from 'commander'
import { readSettings } from '../config/config.ts'
import type { RegistryFlags } from './shared-options.ts'
import { addRegistryOptions } from './shared-options.ts'

/** `wayside backup`: copies a data folder, also while a server works on it. */
export function backupCommand(): Command {
  return addRegistryOptions(new Command('backup').description('Copy the data folder to another one. Works while the server runs.').requiredOption('--to <DIR>', 'folder that is absent or empty'))
    .addHelpText(
      'after',
      `
All that was acknowledged before the command began is in the copy. SHA256SUMS in it is written last; \`sha256sum --check SHA256SUMS\`
reads the copy anew. It holds key-pepper, the secret of keys and passwords: keep it as safe as the data folder.

Example:
  wayside backup --data /var/lib/wayside --to /backups/wayside-2026-01-31`,
    )
    .action(async ({ to, ...flags }: RegistryFlags & { readonly to: string }) => {
      const settings = readSettings(flags)
      process.umask(0o077)
      // Loaded here, so that the commands that need no store start in a tenth of its time.
      const { makeBackup } = await import('../backup/make-backup.ts')
      const { files, bytes } = await makeBackup({ settings, to, say: (text) => void process.stderr.write(`${text}\n`) })
      process.stderr.write(`Copied ${files} files of ${bytes} bytes to ${to}.\n`)
      if (settings.databaseUrl !== null) process.stderr.write('Projects, keys and people are in PostgreSQL: copy them now with pg_dump.\n')
    })
}
