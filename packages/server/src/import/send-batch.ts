import { setTimeout as delay } from 'node:timers/promises'
import type { BatchReceipt, WireBatch } from '@wayside/protocol'
import type { Imported } from './import-day.ts'

/** Asks as often as it takes while a server is away or has no room. */
export async function requestPatiently(url: string, init: RequestInit, pause: (ms: number) => Promise<unknown> = delay): Promise<Response> {
  for (let attempt = 1; ; attempt++) {
    let waitMs = PAUSE_MS
    try {
      const answer = await fetch(url, { ...init, signal: AbortSignal.timeout(TIMEOUT_MS) })
      if (!PASSING.has(answer.status) || attempt === MAX_ATTEMPTS) return answer
      waitMs = Math.min(MAX_PAUSE_MS, (Number(answer.headers.get('retry-after')) || 0) * 1_000 || PAUSE_MS)
      await answer.body?.cancel()
    } catch (error) {
      if (attempt === MAX_ATTEMPTS) throw error
    }
    await pause(waitMs)
  }
}

const PASSING: ReadonlySet<number> = new Set([429, 502, 503, 504])
const MAX_ATTEMPTS = 20
const PAUSE_MS = 2_000
const MAX_PAUSE_MS = 30_000
const TIMEOUT_MS = 120_000

/** Sends a batch to a Wayside server; what it has taken before it knows again. */
export async function sendBatch({ url, key }: { readonly url: string; readonly key: string }, batch: WireBatch): Promise<Imported> {
  const answer = await requestPatiently(`${url.replace(/\/+$/, '')}/api/v1/events`, { method: 'POST', body: JSON.stringify(batch), headers: { authorization: `Bearer ${key}` } })
  if (!answer.ok) throw new Error(`${new URL(url).host} answered ${answer.status}: ${(await answer.text()).slice(0, 500)}`)
  // Boundary: the answer of a server of ours.
  const { accepted, duplicates, rejected } = (await answer.json()) as BatchReceipt
  return { accepted, known: duplicates, refused: rejected.length }
}
