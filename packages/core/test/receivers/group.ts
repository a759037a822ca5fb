import { onTestFinished } from 'vitest'
import { readEnvironment } from '../../src/config.ts'
import type { Options } from '../../src/options.ts'
import { parseOptions } from '../../src/parse-options.ts'
import { createReceiverGroup, type ReceiverGroupDeps } from '../../src/receivers/receiver-group.ts'
import type { SendResult } from '../../src/send-result.ts'

export interface TestGroup {
  /** Sends a batch of one event with this number; the same number is the same batch. */
  send(seq: number): Promise<SendResult>
  release(): void
  /** What `onTrouble` was told. */
  readonly troubles: readonly string[]
}

export interface GroupSetUp extends Partial<Omit<ReceiverGroupDeps, 'onTrouble'>> {
  /** Environment variables. */
  readonly variables?: Readonly<Record<string, string>>
  readonly signal?: AbortSignal
}

/** The first group of what the options say, until the test is over. */
export function openGroup(options: Options, { variables = {}, signal = new AbortController().signal, ...deps }: GroupSetUp = {}): TestGroup {
  const { receiverGroups, requestTimeoutMs } = parseOptions('ingest-key', options, readEnvironment(variables))
  const troubles: string[] = []
  const group = createReceiverGroup(receiverGroups[0], {
    requestTimeoutMs,
    now: Date.now,
    monotonicMs: () => performance.now(),
    random: Math.random,
    onTrouble: (message) => void troubles.push(message),
    ...deps,
  })
  onTestFinished(() => group.close())
  const send = (seq: number) => group.send({ id: `producer:${seq}:1`, body: Buffer.from(`{"seq":${seq}}`), gzipped: false }, signal)
  return { send, release: group.release, troubles }
}

export const ACKED: SendResult = { kind: 'acked', rejected: [], afterMs: 0 }
