import type { DuckDBConnection, DuckDBValue } from '@duckdb/node-api'
import { StoreBusy } from '../store-busy.ts'
import { TooMuch } from '../store-query.ts'
import { startWork, type Statement } from './statement.ts'

/** How a question is asked. */
export interface Asking {
  /** Stops it. */
  readonly signal?: AbortSignal
  /**
   * Told a few times a second which part is done, from 0 to 1: by the rows of the parts that were gathered, and within one
   * as far as the engine counts, which it does not for a statement with UNION or a join. A question that is watched has no
   * time limit.
   */
  readonly onProgress?: (done: number) => void
}

/** Runs questions on connections of their own, a few at a time, so that they leave the loader its share. */
export interface QueryPool {
  /**
   * Rows as lists in the order of the selected columns. The statement is made when the question's turn comes, so that
   * it may name what is there at that time. Rejects with `StoreBusy` when too many wait, with `TooMuch` after the time
   * limit or without enough memory, and with the signal's reason when that stops it. Statements that read very many rows
   * leave one connection to the others.
   */
  query(toStatement: () => Statement, asking?: Asking): Promise<readonly (readonly DuckDBValue[])[]>
  /** Runs something while no question does: those that run are finished first, new ones wait. */
  between<Result>(work: () => Promise<Result>): Promise<Result>
  close(): Promise<void>
}

export interface QueryPoolOptions {
  /** As many questions run at once. They are closed with the pool. */
  readonly connections: readonly DuckDBConnection[]
  readonly maxWaiting: number
  readonly timeoutMs: number
}

/** Takes seconds to read. */
const VERY_MANY_ROWS = 5_000_000
const PROGRESS_MS = 250

export function createQueryPool({ connections, maxWaiting, timeoutMs }: QueryPoolOptions): QueryPool {
  const idle = [...connections]
  const waiting: ((connection: DuckDBConnection) => void)[] = []
  const running = new Set<Promise<unknown>>()
  let long = 0
  const waitingLong: (() => void)[] = []

  function take(): Promise<DuckDBConnection> {
    const connection = idle.pop()
    if (connection !== undefined) return Promise.resolve(connection)
    if (waiting.length >= maxWaiting) return Promise.reject(busy())
    return new Promise((resolve) => waiting.push(resolve))
  }

  const busy = () => new StoreBusy(`${maxWaiting} questions are waiting already; ask again in a moment`)

  function give(connection: DuckDBConnection): void {
    const next = waiting.shift()
    if (next === undefined) idle.push(connection)
    else next(connection)
  }

  /** Takes a connection before all questions that wait; at most one caller does. */
  function takeNext(): Promise<DuckDBConnection> {
    const connection = idle.pop()
    return connection === undefined ? new Promise((resolve) => waiting.unshift(resolve)) : Promise.resolve(connection)
  }

  function isLong({ rows = 0 }: Statement): boolean {
    return rows > VERY_MANY_ROWS && connections.length > 1
  }

  /** A connection and what it is to do, when it is this question's turn. */
  async function takeTurn(toStatement: () => Statement, signal: AbortSignal | undefined): Promise<{ readonly connection: DuckDBConnection; readonly statement: Statement }> {
    for (;;) {
      const connection = await take()
      try {
        // It may have been stopped while it waited.
        signal?.throwIfAborted()
        const statement = toStatement()
        if (!isLong(statement)) return { connection, statement }
        if (long < connections.length - 1) {
          long++
          return { connection, statement }
        }
      } catch (error) {
        give(connection)
        throw error
      }
      give(connection)
      if (waitingLong.length >= maxWaiting) throw busy()
      await new Promise<void>((resolve) => waitingLong.push(resolve))
    }
  }

  function endTurn(connection: DuckDBConnection, statement: Statement): void {
    give(connection)
    if (!isLong(statement)) return
    long--
    waitingLong.shift()?.()
  }

  async function run(toStatement: () => Statement, { signal, onProgress }: Asking): Promise<readonly (readonly DuckDBValue[])[]> {
    signal?.throwIfAborted()
    const { connection, statement } = await takeTurn(toStatement, signal)
    let late = false
    const interrupt = () => connection.interrupt()
    const stopLate = () => {
      late = true
      interrupt()
    }
    const tooLate = (cause?: unknown) => new TooMuch(`it took longer than ${timeoutMs} ms; ask for a shorter range, fewer dimensions, or filter`, { cause })
    const throwIfStopped = () => {
      signal?.throwIfAborted()
      if (late) throw tooLate()
    }
    const work = startWork(connection, statement, throwIfStopped)
    const timer = onProgress === undefined ? setTimeout(stopLate, timeoutMs) : setInterval(() => onProgress(work.done()), PROGRESS_MS)
    signal?.addEventListener('abort', interrupt)
    const tooLarge = (cause: unknown) => new TooMuch('it needs more memory than a question may have; ask for a shorter range, fewer dimensions, or filter', { cause })
    const rows = await work.rows
      .catch((error: unknown) => Promise.reject(signal?.aborted ? signal.reason : late ? tooLate(error) : isOutOfMemory(error) ? tooLarge(error) : error))
      .finally(() => {
        clearTimeout(timer)
        signal?.removeEventListener('abort', interrupt)
        endTurn(connection, statement)
      })
    // One that is stopped while its rows are read ends without an error, and without the rest of them.
    throwIfStopped()
    return rows
  }

  return {
    query(toStatement, asking = {}) {
      const answer = run(toStatement, asking)
      running.add(answer)
      void answer.catch(() => undefined).finally(() => running.delete(answer))
      return answer
    },
    async between(work) {
      const taken: DuckDBConnection[] = []
      try {
        while (taken.length < connections.length) taken.push(await takeNext())
        return await work()
      } finally {
        for (const connection of taken) give(connection)
      }
    },
    async close() {
      await Promise.allSettled(running)
      for (const connection of connections) connection.closeSync()
    },
  }
}

function isOutOfMemory(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith('Out of Memory Error')
}
