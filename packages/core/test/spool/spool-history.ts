import { expect } from 'vitest'
import { batchOf, type SpoolProcess, type SpoolWorld } from './spool-world.ts'

/** What a process was told about its batches, by first seq, while it followed the script. */
export interface SpoolHistory {
  readonly producerId: string
  readonly asked: Set<number>
  /** Acknowledged as written. */
  readonly accepted: Set<number>
  readonly settling: Set<number>
  /** Acknowledged as settled. */
  readonly settled: Set<number>
}

/** Files of 4 KiB, of which the script fills four. */
export const SCRIPT_BYTES = 32_768
const EVENTS = 3
const BODY_BYTES = 1_200

/** Appends, settles every second batch, takes back and fills some files. Never ends in a process that is stopped. */
export async function followScript({ spool, producerId }: SpoolProcess, history: SpoolHistory): Promise<void> {
  const append = async (seq: number) => {
    history.asked.add(seq)
    const place = await spool.append(batchOf(producerId, seq, EVENTS, BODY_BYTES))
    if (place !== null) history.accepted.add(seq)
    return place
  }
  const settle = async (seq: number, place: Awaited<ReturnType<typeof append>>) => {
    if (place === null) return
    history.settling.add(seq)
    await spool.settle(place)
    history.settled.add(seq)
  }
  for (let seq = 0; seq < 8 * EVENTS; seq += EVENTS) {
    const place = await append(seq)
    if (seq % 2 === 0) await settle(seq, place)
    else if (place !== null) spool.release(place)
  }
  await Promise.all([24, 27].map(async (seq) => settle(seq, await append(seq))))
  const taken = await spool.take()
  if (taken !== null) await settle(taken.batch.firstSeq, taken.place)
}

export function newHistory(producerId: string): SpoolHistory {
  return { producerId, asked: new Set(), accepted: new Set(), settling: new Set(), settled: new Set() }
}

/** Lets everything run that does not wait for time. */
export async function settleDown(): Promise<void> {
  for (let turn = 0; turn < 400; turn++) await Promise.resolve()
}

export interface Recovered {
  readonly seqs: Set<number>
  readonly process: SpoolProcess
}

/** Drains what a new process finds of an old one, checks every byte of it and that it comes once. */
export async function recover(world: SpoolWorld, history: SpoolHistory): Promise<Recovered> {
  return drainChecked(world.start(), history)
}

/** The same after the machine was off, which nobody can tell from another machine: locks must fall silent first. */
export async function recoverAfterBoot(world: SpoolWorld, history: SpoolHistory): Promise<Recovered> {
  const process = world.start({ space: 'next boot' })
  await fallSilent(world)
  return drainChecked(process, history)
}

export async function fallSilent(world: SpoolWorld): Promise<void> {
  await world.pass(30_000, 30_000)
  await world.pass(120_000, 120_000)
}

async function drainChecked(process: SpoolProcess, { producerId, asked }: SpoolHistory): Promise<Recovered> {
  const seqs = new Set<number>()
  for (let taken = await process.spool.take(); taken !== null; taken = await process.spool.take()) {
    const { firstSeq } = taken.batch
    expect(asked.has(firstSeq), `batch ${firstSeq} was asked for`).toBe(true)
    expect(seqs.has(firstSeq), `batch ${firstSeq} comes once`).toBe(false)
    const { body, ...header } = taken.batch
    const { body: original, ...expected } = batchOf(producerId, firstSeq, EVENTS, BODY_BYTES)
    expect(header).toEqual({ ...expected, attempted: true })
    expect(Buffer.compare(body, original), `bytes of batch ${firstSeq}`).toBe(0)
    seqs.add(firstSeq)
    await process.spool.settle(taken.place)
  }
  return { seqs, process }
}

/** Values of `left` that are not in `right`. */
export function without(left: ReadonlySet<number>, ...right: readonly ReadonlySet<number>[]): number[] {
  return [...left].filter((each) => !right.some((set) => set.has(each)))
}
