import { mkdtemp, rm } from 'node:fs/promises'
import { Agent } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startProbedServer, type ProbedServer } from '../../packages/server/src/testing/probed-server.ts'
import { makeFuzzedBody, type Level } from './fuzzed-body.ts'
import { judgeAnswer } from './judge-answer.ts'
import { postBody } from './post-body.ts'
import { makeValidBatches } from './valid-batches.ts'

export interface FuzzOptions {
  readonly seed: number
  readonly bodies: number
  /** Bodies that are sent before memory is judged: caches fill, code is compiled, the database takes its share. */
  readonly warmUpBodies: number
  /** Told how far it is. */
  readonly log: (line: string) => void
}

export interface FuzzResult {
  readonly bodies: number
  readonly seconds: number
  /** How many bodies each rule refused; `taken` counts those that were no refusal. */
  readonly byRule: ReadonlyMap<string, number>
  readonly byLevel: ReadonlyMap<Level, number>
  /** The most that the event loop computed in one go, milliseconds: of all chunks the worst and the 99th percentile. */
  readonly loopCpuMs: { readonly worst: number; readonly p99: number }
  readonly memory: { readonly afterWarmUpBytes: number; readonly grownBytes: number }
  /** What broke a promise; empty when all were kept. */
  readonly faults: readonly string[]
}

const CONNECTIONS = 16
/** Bodies between two looks at the server. */
const CHUNK = 500
const MAX_STALL_MS = 50
/** A stall that happens once is the machine's; one that comes each time a body does is the body's. */
const ATTEMPTS = 3
const MAX_GROWTH_BYTES = 32 * 1024 * 1024
const MAX_FAULTS = 20

/** Sends mutated batches to a server in a process of its own and judges each answer, the event loop and the memory. */
export async function runFuzz({ seed, bodies, warmUpBodies, log }: FuzzOptions): Promise<FuzzResult> {
  const dataDir = await mkdtemp(join(tmpdir(), 'wayside-fuzz-'))
  const server = await startProbedServer(dataDir, ['--key-events-per-second', '1000000000', '--key-mib-per-second', '100000'])
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS })
  try {
    return await fuzz(server, agent)
  } finally {
    agent.destroy()
    await server.stop()
    await rm(dataDir, { recursive: true })
  }

  async function fuzz(target: ProbedServer, connections: Agent): Promise<FuzzResult> {
    const key = String(await (await fetch(`${target.url}/api/generate`, { method: 'POST' })).json())
    const batches = makeValidBatches(seed)
    const faults: string[] = []
    const byRule = new Map<string, number>()
    const byLevel = new Map<Level, number>()
    const stalls: number[] = []
    const startedAt = performance.now()
    let afterWarmUpBytes = 0
    let mostBytes = 0

    const send = async (number: number): Promise<void> => {
      const body = makeFuzzedBody(batches, seed, number)
      count(byLevel, body.level)
      const verdict = await postBody(target.url, key, body, connections).then(judgeAnswer, (error: Error) => ({ fault: `no answer: ${error.message}` }))
      if ('rule' in verdict) count(byRule, verdict.rule)
      else faults.push(`body ${number}: ${verdict.fault}`)
    }

    /** Whether a body keeps the event loop for too long each time it comes, alone. */
    const stallsAlone = async (number: number): Promise<boolean> => {
      for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
        await target.vitals()
        await postBody(target.url, key, makeFuzzedBody(batches, seed, number), connections)
        if ((await target.vitals()).loopCpuMs <= MAX_STALL_MS) return false
      }
      return true
    }

    await target.vitals()
    for (let from = 0; from < bodies && faults.length < MAX_FAULTS && target.alive(); from += CHUNK) {
      const to = Math.min(bodies, from + CHUNK)
      await inParallel(from, to, send)
      const { loopCpuMs, rssBytes } = await target.vitals()
      stalls.push(loopCpuMs)
      if (loopCpuMs > MAX_STALL_MS)
        for (let number = from; number < to; number++) if (await stallsAlone(number)) faults.push(`body ${number}: keeps the event loop for more than ${MAX_STALL_MS} ms`)
      if (to <= warmUpBodies) afterWarmUpBytes = Math.max(afterWarmUpBytes, rssBytes)
      else mostBytes = Math.max(mostBytes, rssBytes)
      if (from % (CHUNK * 100) === 0) log(`${to} bodies, ${Math.round(rssBytes / 1_048_576)} MiB, ${Math.round(to / ((performance.now() - startedAt) / 1_000))} a second`)
    }

    if (!target.alive()) faults.push(`the server ended: ${target.log().slice(-2_000)}`)
    if (target.log().includes('"level":"error"')) faults.push(`the server logged an error: ${target.log().slice(-2_000)}`)
    const grownBytes = Math.max(0, mostBytes - afterWarmUpBytes)
    if (grownBytes > MAX_GROWTH_BYTES) faults.push(`memory grew by ${grownBytes} bytes after the first ${warmUpBodies} bodies`)
    const sorted = stalls.toSorted((a, b) => a - b)
    return {
      bodies,
      seconds: (performance.now() - startedAt) / 1_000,
      byRule,
      byLevel,
      loopCpuMs: { worst: sorted.at(-1) ?? 0, p99: sorted[Math.floor(sorted.length * 0.99)] ?? 0 },
      memory: { afterWarmUpBytes, grownBytes },
      faults,
    }
  }
}

async function inParallel(from: number, to: number, work: (number: number) => Promise<void>): Promise<void> {
  let next = from
  const run = async (): Promise<void> => {
    while (next < to) await work(next++)
  }
  await Promise.all(Array.from({ length: CONNECTIONS }, run))
}

function count<Key>(counts: Map<Key, number>, key: Key): void {
  counts.set(key, (counts.get(key) ?? 0) + 1)
}
