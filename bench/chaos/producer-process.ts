import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import process from 'node:process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { HostRecord } from '../../packages/testing/src/conservation-oracle.ts'
import type { ProducerEnd } from './plan-faults.ts'
import type { ProducerCommand, ProducerOrder, ProducerReport } from './producer/producer.ts'

/** One start of an app with the SDK in it. */
export interface Producer {
  readonly name: string
  /** The latest; `null` before the first. */
  readonly report: ProducerReport | null
  rest(): void
  jumpClock(byMs: number): void
  pause(): void
  resume(): void
  /** Resolves when it is gone. */
  end(how: ProducerEnd): Promise<Ended>
  /** Ends it at once, if it still runs. */
  kill(): void
}

export interface Ended {
  readonly how: ProducerEnd
  readonly host: HostRecord
  /** What it counted last; of a killed one, up to half a second before. */
  readonly report: ProducerReport | null
  /** Written before and after each capture, so a killed process may have captured anything between the two. */
  readonly captured: number
  readonly capturedAtMost: number
  /** Events captured in the last moments. */
  capturedWithin(lastMs: number): number
}

const FILE = fileURLToPath(new URL('producer/producer.ts', import.meta.url))

export function startProducer(order: ProducerOrder): Producer {
  const child = spawn(process.execPath, ['--conditions=@wayside/source', '--no-warnings', FILE, JSON.stringify(order)], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, NODE_OPTIONS: '' },
  })
  let report: ProducerReport | null = null
  const closed = once(child, 'close')
  child.stdin.on('error', () => undefined) // It may be gone already.
  createInterface({ input: child.stdout }).on('line', (line) => (report = JSON.parse(line) as ProducerReport))
  const send = (command: ProducerCommand) => void child.stdin.write(`${JSON.stringify(command)}\n`)

  async function end(how: ProducerEnd): Promise<Ended> {
    const early = child.exitCode !== null || child.signalCode !== null
    if (how === 'SIGKILL') child.kill('SIGKILL')
    else send({ kind: 'end', how })
    const late = setTimeout(() => child.kill('SIGABRT'), MAX_END_MS)
    const [code, signal] = (await closed) as [number | null, NodeJS.Signals | null]
    clearTimeout(late)
    const ended = `${early ? 'too early with ' : ''}${signal ?? `exit ${code}`}`
    const { faults = [], rssGrowthMib = 0, longestStallMs = 0 } = report ?? {}
    const host = { ended, shouldEnd: how === 'SIGKILL' ? 'SIGKILL' : 'exit 0', faults, rssGrowthMib, longestStallMs }
    return { how, host, report, ...readLog(order.logPath) }
  }

  return {
    name: order.name,
    get report() {
      return report
    },
    rest: () => send({ kind: 'rest' }),
    jumpClock: (byMs) => send({ kind: 'jumpClock', byMs }),
    pause: () => void child.kill('SIGSTOP'),
    resume: () => void child.kill('SIGCONT'),
    end,
    kill: () => void child.kill('SIGKILL'),
  }
}

/** A process that has been told to end and is there after this is held alive. */
const MAX_END_MS = 20_000

function readLog(path: string): Pick<Ended, 'captured' | 'capturedAtMost' | 'capturedWithin'> {
  const entries = readFileSync(path, { encoding: 'utf8', flag: 'a+' })
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.split(' ').map(Number))
    .map(([before = 0, after = 0, atMs = 0]) => ({ before, after, atMs }))
  const last = entries.at(-1) ?? { before: 0, after: 0, atMs: 0 }
  return {
    captured: last.before,
    capturedAtMost: last.after,
    capturedWithin: (lastMs) => last.after - (entries.findLast(({ atMs }) => atMs <= last.atMs - lastMs)?.before ?? 0),
  }
}
