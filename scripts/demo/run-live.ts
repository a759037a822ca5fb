import process from 'node:process'
import type { Overview } from '../../packages/protocol/src/index.ts'
import type { ExampleApp } from './apps.ts'
import { toMs, toTable } from './table.ts'
import type { Traffic } from './traffic.ts'

const REFRESH_MS = 1_000
/** Where the output is no terminal, lines are not redrawn; one now and then is enough. */
const REFRESH_UNWATCHED_MS = 10_000

/** Sends about `perSecond` requests, in slow waves, and shows live numbers until the signal aborts. */
export async function runLive(perSecond: number, apps: readonly ExampleApp[], traffic: Traffic, serverUrl: string, key: string, signal: AbortSignal): Promise<void> {
  const startedAt = performance.now()
  let due = 0
  const sender = setInterval(() => {
    const seconds = (performance.now() - startedAt) / 1_000
    for (due += (perSecond / 20) * (1 + 0.4 * Math.sin(seconds / 20)); due >= 1; due--) void traffic.send()
  }, 50)
  let lines = 0
  while (!signal.aborted) {
    const text = await summary(apps, traffic, serverUrl, key).catch(() => null)
    if (signal.aborted) break
    if (text !== null) {
      if (process.stdout.isTTY && lines > 0) process.stdout.write(`\u001B[${lines}A\u001B[J`)
      process.stdout.write(text)
      lines = text.split('\n').length - 1
    }
    await pause(process.stdout.isTTY ? REFRESH_MS : REFRESH_UNWATCHED_MS, signal)
  }
  clearInterval(sender)
}

async function summary(apps: readonly ExampleApp[], traffic: Traffic, serverUrl: string, key: string): Promise<string> {
  const observed = await Promise.all(apps.map(async (app) => ({ framework: app.framework, ...(await app.observed()) })))
  const answer = await fetch(`${serverUrl}/api/v1/overview?period=1h`, { headers: { authorization: `Bearer ${key}` } })
  const { totals } = (await answer.json()) as Overview
  const table = toTable(['framework', 'sent', 'observed'], observed.map((row) => [row.framework, traffic.sent.get(row.framework) ?? 0, row.observed]))
  const errors = totals.errorRate === null ? '–' : `${(totals.errorRate * 100).toFixed(1)} %`
  return `${table}\n\nstored ${totals.requests.toLocaleString('en')}   errors ${errors}   p50 ${toMs(totals.p50Ms)}   p95 ${toMs(totals.p95Ms)}   p99 ${toMs(totals.p99Ms)}   consumers ${totals.consumers}\n`
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms)
    signal.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true })
  })
}
