import { Command } from 'commander'
import { packageVersion } from '../package-root.ts'
import { migrateStoreCommand } from './migrate-store-command.ts'
import { backupCommand } from './backup-command.ts'
import { checkCommand } from './check-command.ts'
import { doctorCommand } from './doctor-command.ts'
import { eraseCommand } from './erase-command.ts'
import { exportCommand } from './export-command.ts'
import { importCommand } from './import-command.ts'
import { keysCommand } from './keys-command.ts'
import { monitorsCommand } from './monitors-command.ts'
import { peopleCommand } from './people-command.ts'
import { projectsCommand } from './projects-command.ts'
import { queryCommand } from './query-command.ts'
import { restoreCommand } from './restore-command.ts'
import { serveCommand } from './serve-command.ts'
import { topCommand } from './top-command.ts'

const program = new Command('wayside')
  .description('Self-hosted API analytics: takes what your APIs report, stores it, answers questions about it.')
  .version(packageVersion())
  .showHelpAfterError('Run with --help to see what there is.')
  .addCommand(serveCommand(), { isDefault: true })
  .addCommand(projectsCommand())
  .addCommand(keysCommand())
  .addCommand(doctorCommand())
  .addCommand(backupCommand())
  .addCommand(restoreCommand())
  .addCommand(importCommand())
  .addCommand(migrateStoreCommand())
  .addCommand(monitorsCommand())
  .addCommand(peopleCommand())
  .addCommand(queryCommand())
  .addCommand(exportCommand())
  .addCommand(eraseCommand())
  .addCommand(topCommand())

try {
  checkCommand(program, process.argv.slice(2))
  await program.parseAsync()
} catch (error) {
  process.stderr.write(`wayside: ${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
}
