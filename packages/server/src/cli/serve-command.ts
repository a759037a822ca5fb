import { Command } from 'commander'
import { readSettings } from '../config/config.ts'
import type { RunningServer } from '../start-server.ts'
import { startRest } from './rest.ts'
import { addServeOptions, toWritten, type ServeFlags } from './serve-options.ts'

/** `wayside serve`: runs the server until it is told to stop. */
export function serveCommand(): Command {
  return addServeOptions(
    new Command('serve').description(
      'Run the server. Prints a line with its URL when it is ready, and one with a set-up link while nobody can log in; logs to stderr as JSON lines.',
    ),
  )
    .addHelpText(
      'after',
      `
Examples:
  wayside                                       on http://127.0.0.1:4270, with its data in ./wayside-data
  wayside serve --data /var/lib/wayside --host 0.0.0.0
  wayside serve --tls-cert chain.pem --tls-key key.pem --host 0.0.0.0 --port 443
  WAYSIDE_PORT=0 wayside                        on any free port`,
    )
    .action(async (flags: ServeFlags) => {
      const settings = readSettings(toWritten(flags))
      // What the server writes is for its own user alone, the files of its databases too.
      process.umask(0o077)
      // Readers of its log or of its first line may go; the server stays.
      for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined)
      // Loaded here, so that the commands that need no server start in a tenth of its time.
      const { startServer } = await import('../start-server.ts')
      const server = await startServer(settings)
      // First: whoever reads the line may tell the server to stop at once.
      stopOnSignal(server)
      startRest()
      process.stdout.write(`${server.url}\n`)
      if (server.setUpUrl !== null) process.stdout.write(`Decide who may log in: ${server.setUpUrl}\n`)
    })
}

/** The first signal stops the server in order; a second one ends the process as it would without us. */
function stopOnSignal(server: RunningServer): void {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => {
      server.close().then(
        () => process.exit(0),
        (error: unknown) => {
          process.stderr.write(
            `wayside: did not stop in order: ${error instanceof Error ? error.message : String(error)}\n`,
          )
          process.exit(1)
        },
      )
    })
  }
}
