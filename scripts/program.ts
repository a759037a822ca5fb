import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import process from 'node:process'
import { root } from './run-command.ts'

/** A running program that has printed the URL at which it listens. */
export interface Program {
  readonly name: string
  readonly url: string
  /** Asks it to end and waits for that; rejects when it fails or takes over 15 seconds. */
  end(): Promise<void>
  /** Ends it at once, if it still runs. */
  kill(): void
}

export interface ProgramOptions {
  readonly cwd?: string
  readonly env?: NodeJS.ProcessEnv
  /**
   * Milliseconds until it must have printed its URL.
   * @default 60000
   */
  readonly readyWithinMs?: number
}

/** Starts a program and resolves when it has printed a loopback URL; rejects with what it wrote when it ends before. */
export async function startProgram(name: string, command: string, args: readonly string[], options: ProgramOptions = {}): Promise<Program> {
  const child = spawn(command, args, {
    cwd: options.cwd ?? root,
    env: { ...process.env, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
    // A Ctrl-C in the terminal reaches the whole process group; who started the program decides in which order it ends.
    detached: true,
  })
  let errors = ''
  child.stderr.on('data', (data: Buffer) => (errors = (errors + data).slice(-8_192)))
  const late = setTimeout(() => child.kill('SIGKILL'), options.readyWithinMs ?? 60_000)
  try {
    const url = await readUrl(child)
    if (url === null) throw new Error(`${name} ended before it was ready:\n${errors}`)
    return { name, url, end: () => end(name, child, () => errors), kill: () => void child.kill('SIGKILL') }
  } finally {
    clearTimeout(late)
  }
}

/** The first loopback URL that the program prints; `null` when it ends without one. */
function readUrl(child: ChildProcess): Promise<string | null> {
  return new Promise((resolve, reject) => {
    let printed = ''
    // The listener stays, so that what the program prints later never fills the pipe.
    child.stdout?.on('data', (data: Buffer) => {
      printed = (printed + data).slice(-4_096)
      const url = /(http:\/\/127\.0\.0\.1:\d+)\b[^\n]*\n/.exec(printed)?.[1]
      if (url !== undefined) resolve(url)
    })
    child.on('error', reject)
    child.on('exit', () => resolve(null))
  })
}

async function end(name: string, child: ChildProcess, errors: () => string): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exited = once(child, 'exit')
  child.kill('SIGTERM')
  const late = setTimeout(() => child.kill('SIGKILL'), 15_000)
  const [code, signal] = await exited
  clearTimeout(late)
  // NestJS raises the signal again when its hooks are done, as a program without a handler would end.
  if (code !== 0 && signal !== 'SIGTERM') throw new Error(`${name} ended with ${signal ?? code} after SIGTERM:\n${errors()}`)
}
