import { Command } from 'commander'
import { SettingError } from '../config/settings.ts'
import { packageVersion } from '../package-root.ts'
import { keysCommand } from './keys-command.ts'
import { projectsCommand } from './projects-command.ts'
import { serveCommand } from './serve-command.ts'

const program = new Command('wayside')
  .description('Self-hosted API analytics: takes what your APIs report, stores it, answers questions about it.')
  .version(packageVersion())
  .showHelpAfterError('Run with --help to see what there is.')
  .addCommand(serveCommand(), { isDefault: true })
  .addCommand(projectsCommand())
  .addCommand(keysCommand())

try {
  await program.parseAsync()
} catch (error) {
  if (!(error instanceof SettingError)) throw error
  process.stderr.write(`wayside: ${error.message}\n`)
  process.exitCode = 1
}
