import { Command } from 'commander'
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
  process.stderr.write(`wayside: ${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
}
