import { spawn } from 'node:child_process'
import { once } from 'node:events'
import process from 'node:process'

/** What a child process answers: a function for each question. Arguments and answers are plain data. */
export type Answers = Readonly<Record<string, (argument: never) => unknown>>

/** A child process that runs on one core only and answers questions. */
export interface PinnedProcess<Known extends Answers> {
  /** Rejects when the child fails to answer, has ended, or takes longer than `ANSWER_WITHIN_MS`. */
  ask<Name extends string & keyof Known>(question: Name, ...argument: Parameters<Known[Name]>): Promise<Awaited<ReturnType<Known[Name]>>>
  stop(): Promise<void>
}

const ANSWER_WITHIN_MS = 60_000

/** Starts a TypeScript file on one core with the Node that runs this one. Resolves when the child can be asked. */
export async function startPinned<Known extends Answers>(core: number, file: string, args: readonly string[] = [], env: NodeJS.ProcessEnv = {}): Promise<PinnedProcess<Known>> {
  const child = spawn('taskset', ['-c', String(core), process.execPath, file, ...args], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    env: { ...process.env, NODE_ENV: 'production', ...env },
  })
  const waiting = new Map<number, PromiseWithResolvers<unknown>>()
  let nextId = 1
  let ended: Error | null = null
  const fail = (error: Error) => {
    ended = error
    for (const { reject } of waiting.values()) reject(error)
    waiting.clear()
  }
  child.on('message', (message) => {
    // Only `answer` of answer.ts talks on this channel.
    const { id, value, error } = message as { id: number; value?: unknown; error?: string }
    const asked = waiting.get(id)
    waiting.delete(id)
    if (error === undefined) asked?.resolve(value)
    else asked?.reject(new Error(`${file} ${args.join(' ')}: ${error}`))
  })
  child.on('error', (cause) => fail(new Error('taskset could not be started; it is part of util-linux', { cause })))
  child.on('exit', (code, signal) => fail(new Error(`${file} ${args.join(' ')} ended with ${signal ?? code}`)))

  const send = (id: number, question: string | null, argument: unknown): Promise<unknown> => {
    if (ended !== null) return Promise.reject(ended)
    const asked = Promise.withResolvers<unknown>()
    waiting.set(id, asked)
    if (question !== null) child.send({ id, question, argument })
    const late = setTimeout(() => asked.reject(new Error(`${file} ${args.join(' ')}: no answer to ${question ?? 'its start'} within ${ANSWER_WITHIN_MS} ms`)), ANSWER_WITHIN_MS)
    return asked.promise.finally(() => clearTimeout(late))
  }
  // The child announces itself as the answer to question 0.
  await send(0, null, undefined)
  return {
    // The child's answers have the types that its `Known` states.
    ask: (question, ...[argument]) => send(nextId++, question, argument) as ReturnType<PinnedProcess<Known>['ask']> as never,
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return
      const exited = once(child, 'exit')
      child.kill('SIGKILL')
      await exited
    },
  }
}
