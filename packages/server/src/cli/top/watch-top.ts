import { FRAME_ROWS, toScreen } from './to-screen.ts'
import type { TopAnswer, TopView } from './read-top.ts'
import type { Terminal } from './terminal.ts'

export interface WatchTopOptions {
  readonly read: (view: TopView, signal: AbortSignal) => Promise<TopAnswer>
  readonly terminal: Terminal
  readonly view: TopView
  readonly everyMs: number
  /** Resolves after so many milliseconds, or rejects when the signal aborts. */
  readonly pause: (ms: number, signal: AbortSignal) => Promise<void>
}

const CTRL_C = '\u0003'
const CHOICES: Readonly<Record<string, Partial<TopView>>> = {
  e: { by: 'endpoint' },
  c: { by: 'consumer' },
  r: { sort: 'requests' },
  x: { sort: 'errors' },
  p: { sort: 'p95' },
}

/** Draws the view, and again as time passes or keys are pressed, until it is left. What fails later is told and tried again. */
export async function watchTop({ read, terminal, view: first, everyMs, pause }: WatchTopOptions): Promise<void> {
  let view = first
  let latest: TopAnswer | null = null
  let failure: string | null = null
  let left = false
  /** Ends what is under way, the question or the pause. */
  let turn = new AbortController()

  const draw = () => {
    if (latest !== null) terminal.draw(toScreen(latest, view, failure, terminal.size()))
  }
  terminal.onResize(draw)
  terminal.onKey((key) => {
    left ||= key === 'q' || key === CTRL_C
    view = { ...view, ...CHOICES[key] }
    if (left || CHOICES[key] !== undefined) turn.abort()
  })

  while (!left) {
    turn = new AbortController()
    const { signal } = turn
    const limit = Math.max(1, terminal.size().rows - FRAME_ROWS)
    try {
      latest = await read({ ...view, limit }, signal)
      failure = null
    } catch (error) {
      if (signal.aborted) continue
      if (latest === null) throw error
      failure = error instanceof Error ? error.message : String(error)
    }
    draw()
    await pause(everyMs, signal).catch((error: unknown) => {
      if (!signal.aborted) throw error
    })
  }
}
