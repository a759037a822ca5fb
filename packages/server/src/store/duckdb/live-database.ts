import type { DuckDBValue } from '@duckdb/node-api'
import { StoreBusy } from '../store-busy.ts'
import { isCorruption, isFatal, toLackOfRoom, toOpenFailure } from './open-failure.ts'
import type { Asking } from './query-pool.ts'
import type { PresentFile, Session } from './session.ts'
import type { Statement } from './statement.ts'

/** The database as it is worked with: opened anew when its engine gives up, made anew when it is damaged. */
export interface LiveDatabase {
  /** One writer: its tasks run one after another, on a database that works. Rejects with `StoreBusy` while there is none. */
  write<Result>(work: (session: Session) => Promise<Result>): Promise<Result>
  /** Does what the writer goes on beside, on connections of its own. Rejects with `StoreBusy` while there is no database. */
  aside<Result>(work: (session: Session) => Promise<Result>): Promise<Result>
  readonly query: Ask
  /** Why there is no database at present; `null` when there is one. */
  fault(): string | null
  close(): Promise<void>
}

/** Asks the database. The statement is made when its turn comes, with the files that hold events at that time. */
export type Ask = (toStatement: (dayFiles: readonly PresentFile[]) => Statement, asking?: Asking) => Promise<readonly (readonly DuckDBValue[])[]>

export interface LiveDatabaseOptions {
  /** Opens the database; where `damage` says what is wrong with the one that is there, makes it anew. */
  readonly connect: (damage: string | null) => Promise<Session>
  /** Told each session before it is used. */
  readonly onOpened: (session: Session) => Promise<void>
  readonly now: () => number
  readonly warn: (message: string) => void
}

/** How long an opening that failed is left alone, milliseconds. */
const RETRY_MS = 60_000
/** A machine that damages one database after another is left alone after this many in an hour. */
const MAX_REBUILDS = 3
const HOUR_MS = 3_600_000

/** Rejects only when the database is not for this server; when it cannot be opened, the server goes on without it. */
export async function openLiveDatabase({ connect, onOpened, now, warn }: LiveDatabaseOptions): Promise<LiveDatabase> {
  let session: Session | null = null
  /** Set when the session cannot be used any more. */
  let lost: { readonly damage: string | null } | null = null
  let fault: { readonly reason: string; readonly retryAt: number } | null = null
  let rebuiltAt: readonly number[] = []
  let turn: Promise<unknown> = Promise.resolve()

  async function connectAnew(damage: string | null): Promise<Session> {
    if (damage !== null) {
      rebuiltAt = [...rebuiltAt.filter((at) => now() - at < HOUR_MS), now()]
      if (rebuiltAt.length > MAX_REBUILDS) throw new StoreBusy(`the event database was damaged ${MAX_REBUILDS} times within an hour: check the disk and the memory of this machine`)
    }
    const opened = await connect(damage)
    try {
      await onOpened(opened)
    } catch (error) {
      await opened.close()
      throw error
    }
    return opened
  }

  function giveUp(error: unknown): StoreBusy {
    const reason = error instanceof Error ? error.message : String(error)
    if (fault?.reason !== reason) warn(`${reason}; events are kept in the journal meanwhile`)
    fault = { reason, retryAt: now() + RETRY_MS }
    return error instanceof StoreBusy ? error : new StoreBusy(reason, { cause: error })
  }

  async function ready(): Promise<Session> {
    if (session !== null && lost === null) return session
    if (fault !== null && now() < fault.retryAt) throw new StoreBusy(fault.reason)
    const old = session
    session = null
    await old?.close().catch((error: unknown) => warn(`the event database did not close in order: ${String(error)}`))
    try {
      session = await connectAnew(lost?.damage ?? null)
    } catch (error) {
      // Whatever was damaged is aside by now, or could not be moved: the next attempt looks at what is there.
      lost = null
      throw giveUp(error)
    }
    lost = null
    fault = null
    warn('the event database was opened anew')
    return session
  }

  const none = () => new StoreBusy(fault?.reason ?? 'the event database is being opened anew')

  async function watched<Result>(work: () => Promise<Result>): Promise<Result> {
    try {
      return await work()
    } catch (error) {
      if (isCorruption(error)) lost = { damage: error instanceof Error ? error.message : String(error) }
      else if (isFatal(error)) lost ??= { damage: null }
      else throw error
      throw new StoreBusy('the event database has to be opened anew', { cause: error })
    }
  }

  try {
    session = await connectAnew(null)
  } catch (error) {
    if (!(error instanceof StoreBusy) && toOpenFailure(error) === 'foreign') throw error
    giveUp(error)
  }
  return {
    write(work) {
      const mine = turn.then(async () => {
        const open = await ready()
        return watched(() => work(open))
      })
      turn = mine.catch(() => undefined)
      return mine
    },
    aside(work) {
      const open = session
      return open === null ? Promise.reject(none()) : watched(() => work(open))
    },
    query(toStatement, asking) {
      const open = session
      if (open === null) return Promise.reject(none())
      return watched(() => open.pool.query(() => toStatement(open.dayFiles()), asking)).catch((error: unknown) => {
        const lack = toLackOfRoom(error)
        throw lack === null ? error : new StoreBusy(lack, { cause: error })
      })
    },
    fault: () => (session === null ? (fault?.reason ?? 'the event database is being opened anew') : null),
    async close() {
      await turn
      await session?.close()
    },
  }
}
