import { spawn } from 'node:child_process'
import { resolve } from 'node:path'
import process from 'node:process'

/** The checkout's top folder. */
export const root = resolve(import.meta.dirname, '..')

export interface CommandOptions {
  readonly cwd?: string
  readonly env?: NodeJS.ProcessEnv
  /** Print the command's output only when it fails. */
  readonly quiet?: boolean
}

/** Runs a command to its end. Resolves with its standard output; rejects when it fails, with its whole output if quiet. */
export function runCommand(command: string, args: readonly string[], options: CommandOptions = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: options.cwd ?? root, env: options.env ?? process.env, stdio: ['ignore', 'pipe', 'pipe'] })
    let out = ''
    let all = ''
    child.stdout.on('data', (data: Buffer) => {
      out += data
      all += data
      if (!options.quiet) process.stdout.write(data)
    })
    child.stderr.on('data', (data: Buffer) => {
      all += data
      if (!options.quiet) process.stderr.write(data)
    })
    child.on('error', (error) => reject(new Error(`${command} could not be started`, { cause: error })))
    child.on('close', (code, signal) => {
      if (code === 0) return resolve(out)
      reject(new Error(`${command} ${args.join(' ')} ended with ${signal ?? code}${options.quiet ? `\n${all}` : ''}`))
    })
  })
}
