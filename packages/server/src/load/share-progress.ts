import type { Journals } from '../registry/journals.ts'
import { StoreBusy } from '../store/store-busy.ts'

/** How far all servers that share a store have come. Each tells the others, through their database. */
export interface SharedProgress {
  /** All that any of them acknowledged before this instant is in answers. Read it before asking the store. */
  completeUntil(): number
  /** Resolves when all that the others had acknowledged before the call is in answers. Rejects with `StoreBusy` after a deadline. */
  caughtUp(): Promise<void>
  /** Servers that ended with events in their journals. */
  alarms(): readonly string[]
  close(): Promise<void>
}

export interface ProgressOptions {
  readonly journals: Journals
  /** This server's own journal; `null` for one without. */
  readonly own: { readonly owner: string; readonly completeUntil: () => number } | null
  /** Milliseconds since 1970. */
  readonly now: () => number
  readonly warn: (message: string) => void
  /** @default 1000 */
  readonly everyMs?: number
  /** How long `caughtUp` waits. @default 30000 */
  readonly deadlineMs?: number
}

/** A server that is gone for longer no longer holds answers back: its events may be a long time coming. */
const HEARD_WITHIN_MS = 3_600_000
const SILENT_MS = 60_000

export async function shareProgress({ journals, own, now, warn, everyMs = 1_000, deadlineMs = 30_000 }: ProgressOptions): Promise<SharedProgress> {
  let others = 0
  let silent: readonly string[] = []
  let isFailing = false
  let timer: NodeJS.Timeout | null = null
  let ended = false

  /** What others have told stays true, however late it is read. */
  async function exchange(): Promise<void> {
    const before = now()
    if (own !== null) await journals.tell(own.owner, own.completeUntil())
    others = (await journals.completeUntil(own?.owner ?? null, HEARD_WITHIN_MS)) ?? before
    silent = (await journals.silent(SILENT_MS)).map(
      ({ owner, seenAt }) => `the server with the journal ${owner} was last heard of at ${new Date(seenAt).toISOString()}: what its journal holds is not in answers until it starts again`,
    )
  }

  async function tick(): Promise<void> {
    try {
      await exchange()
      isFailing = false
    } catch (error) {
      if (!isFailing) warn(`the other servers could not be asked how far they are: ${String(error)}; answers are said to be complete until ${new Date(others).toISOString()}`)
      isFailing = true
    }
    schedule()
  }

  function schedule(): void {
    if (!ended) timer = setTimeout(() => void (running = tick()), everyMs).unref()
  }

  await exchange()
  let running = Promise.resolve()
  schedule()

  return {
    completeUntil: () => Math.min(others, own?.completeUntil() ?? others),
    async caughtUp() {
      const from = now()
      const deadline = performance.now() + deadlineMs
      for (;;) {
        await exchange()
        if (others >= from) return
        if (performance.now() > deadline) throw new StoreBusy(`other servers have not stored within ${deadlineMs / 1_000} s what they had acknowledged`)
        await new Promise((resolve) => setTimeout(resolve, everyMs / 4))
      }
    },
    alarms: () => silent,
    async close() {
      ended = true
      if (timer !== null) clearTimeout(timer)
      await running
    },
  }
}
