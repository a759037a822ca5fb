import type { QueryAnswer } from '@wayside/client'
import { expect, test, vi } from 'vitest'
import type { TopAnswer, TopView } from './read-top.ts'
import { watchTop } from './watch-top.ts'

const VIEW: TopView = { by: 'endpoint', sort: 'requests', range: '1h', filter: null, limit: 20 }

function answerOf(view: TopView): TopAnswer {
  const metric = (key: 'requests' | 'errorRate' | 'p95') => ({ key, kind: 'metric', type: 'number', unit: key === 'requests' ? null : key === 'p95' ? 'ms' : 'share' }) as const
  const rows = Array.from({ length: view.limit }, (_, at) => [`${view.by} ${at}`, 100 - at, 0.5, 12])
  const answer: QueryAnswer = {
    columns: [{ key: 'endpoint', kind: 'dimension', type: 'text', unit: null }, metric('requests'), metric('errorRate'), metric('p95')],
    rows,
    totals: [1_204, 0.0125, 41],
    comparison: null,
    nextCursor: 'more',
    meta: { from: 0, to: 1, timeZone: 'UTC', source: 'rollup', exact: true, completeUntil: 0, latencyRelativeError: 0.02, tookMs: 1, rowsRead: 1, warnings: [] },
  }
  return { answer, trends: rows.map(() => [1, 2, 3]) }
}

/** A view that is watched until it is left, and what was drawn. */
function watch(read: (view: TopView, turn: number) => TopAnswer, size = { columns: 60, rows: 8 }) {
  const drawn: (readonly string[])[] = []
  const listeners: { key?: (key: string) => void; resize?: () => void } = {}
  const asked: TopView[] = []
  const terminal = {
    size: () => size,
    draw: (lines: readonly string[]) => void drawn.push(lines),
    onKey: (listener: (key: string) => void) => void (listeners.key = listener),
    onResize: (listener: () => void) => void (listeners.resize = listener),
    close: () => undefined,
  }
  let wake: () => void = () => undefined
  const pause = (_ms: number, signal: AbortSignal) =>
    new Promise<void>((resolve, reject) => {
      wake = resolve
      signal.addEventListener('abort', () => reject(signal.reason))
    })
  const ended = watchTop({ terminal, view: VIEW, everyMs: 2_000, pause, read: async (view) => read(view, asked.push(view)) })
  const until = async (count: number) => vi.waitFor(() => expect(drawn.length).toBe(count))
  return { drawn, asked, ended, until, press: (key: string) => listeners.key?.(key), resize: () => listeners.resize?.(), wake: () => wake() }
}

test('what is seen is drawn as large as the terminal, again as time passes, until it is left', async () => {
  const { drawn, asked, ended, until, press, wake } = watch((view) => answerOf(view))
  await until(1)
  wake()
  await until(2)
  press('q')
  await ended
  expect(asked.map(({ limit }) => limit)).toEqual([3, 3])
  expect(drawn[0]).toEqual([
    'wayside top by endpoint, 1h: 1,204 requests, 1.25 % errors, ',
    '',
    'endpoint    requests  errorRate      p95  requests over time',
    'endpoint 0       100    50.00 %  12.0 ms  ▃▆█',
    'endpoint 1        99    50.00 %  12.0 ms  ▃▆█',
    'endpoint 2        98    50.00 %  12.0 ms  ▃▆█',
    '',
    'e endpoints   c consumers   r requests   x errors   p p95   ',
  ])
})

test('a key changes the view at once, and Ctrl-C leaves it', async () => {
  const { asked, ended, until, press, resize, drawn } = watch((view) => answerOf(view))
  await until(1)
  press('c')
  await until(2)
  press('p')
  await until(3)
  press('z')
  resize()
  await until(4)
  press('\u0003')
  await ended
  expect(asked.map(({ by, sort }) => [by, sort])).toEqual([['endpoint', 'requests'], ['consumer', 'requests'], ['consumer', 'p95']])
  expect(drawn[3]).toEqual(drawn[2])
})

test('what fails at first ends it; what fails later is told, and tried again', async () => {
  const fail = () => {
    throw new Error('nothing listens there')
  }
  await expect(watch(fail).ended).rejects.toThrow('nothing listens there')

  const { drawn, ended, until, wake, press } = watch((view, turn) => (turn === 2 ? fail() : answerOf(view)))
  await until(1)
  wake()
  await until(2)
  wake()
  await until(3)
  press('q')
  await ended
  expect(drawn.map((lines) => lines.at(-1)?.slice(0, 11))).toEqual(['e endpoints', 'nothing lis', 'e endpoints'])
  expect(drawn[1]?.slice(0, -1)).toEqual(drawn[0]?.slice(0, -1))
})
