import { spawn, type ChildProcess } from 'node:child_process'
import { on } from 'node:events'
import process from 'node:process'
import { createInterface } from 'node:readline'
import { onTestFinished } from 'vitest'
import { GROUP, MIB } from './spool-world.ts'

/** A process of its own with a spool on real files. */
export interface SpoolChild {
  readonly process: ChildProcess
  /** The next line that it prints; `null` when it has ended. */
  line(): Promise<string | null>
  /** Resolves when it has ended, with its exit code. */
  readonly ended: Promise<number | null>
}

const SOURCE = (path: string) => JSON.stringify(new URL(`../../src/spool/${path}`, import.meta.url).href)

/** What every child begins with: `spool`, `batch(seq)` with 100 events, `print`, and `shift(ms)` of its own time. */
const BEGIN = `
  import { writeSync } from 'node:fs'
  import { createSpool, HOST } from ${SOURCE('create-spool.ts')}
  const producerId = HOST.randomId()
  let shiftMs = 0
  const shift = (ms) => { shiftMs += ms }
  const print = (value) => void writeSync(1, JSON.stringify(value) + '\\n')
  const batch = (seq, bytes = 2_000) => ({
    producerId, firstSeq: seq, events: 100, ranges: [{ from: seq, to: seq + 99 }], pushedAt: Date.now(), gzipped: true, attempted: false, body: Buffer.alloc(bytes, seq % 251),
  })
  process.on('unhandledRejection', () => process.exit(70))
  const spool = createSpool({
    folder: process.env.SPOOL, group: '${GROUP}', producerId, maxBytes: Number(process.env.MAX ?? ${64 * MIB}), fsync: process.env.FSYNC === '1',
    onDropped: (loss) => print({ loss }), onAdopted: () => undefined, onProblem: (kind, message) => print({ problem: kind, message }),
  }, { ...HOST, monotonicMs: () => performance.now() + shiftMs })
`

export interface ChildSetup {
  readonly env?: Readonly<Record<string, string>>
  /** Put in front of the command, such as `prlimit`. */
  readonly wrapper?: readonly string[]
  /** What it complains about is expected. */
  readonly quiet?: boolean
}

/** Starts a child that opens a spool in `folder` and then runs `source`. It is gone when the test ends. */
export function startChild(folder: string, source: string, { env = {}, wrapper = [], quiet = false }: ChildSetup = {}): SpoolChild {
  const command = [...wrapper, process.execPath, '--conditions=@wayside/source', '--input-type=module-typescript', '--no-warnings', '--eval', BEGIN + source]
  const child = spawn(command[0] ?? '', command.slice(1), { env: { ...process.env, ...env, SPOOL: folder, NODE_OPTIONS: '' }, stdio: ['ignore', 'pipe', quiet ? 'ignore' : 'inherit'] })
  onTestFinished(() => void child.kill('SIGKILL'))
  const lines = on(createInterface(child.stdout), 'line', { close: ['close'] })
  return {
    process: child,
    async line() {
      const next = await lines.next()
      return next.done === true ? null : String(next.value)
    },
    ended: new Promise((resolve) => child.on('close', resolve)),
  }
}

/** All lines that a child prints until it ends, parsed. */
export async function linesOf(child: SpoolChild): Promise<unknown[]> {
  const values: unknown[] = []
  for (let line = await child.line(); line !== null; line = await child.line()) values.push(JSON.parse(line))
  return values
}
