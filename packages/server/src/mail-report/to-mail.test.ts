import { expect, test } from 'vitest'
import { createMemoryStore } from '../store/memory/memory-store.ts'
import { sampleBatch, sampleNewEvent, createSegmentWriter } from '../testing/segment-writer.ts'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { NewEvent } from '../journal/journal-batch.ts'
import { askMailReport } from './ask-mail-report.ts'
import { lastPeriod } from './frequency.ts'
import { toMail, type Mail } from './to-mail.ts'

const NOW = Date.parse('2026-01-03T09:00:00Z')
const DAY = Date.parse('2026-01-02T00:00:00Z')

/** The daily report of a project with these events. */
async function report(events: readonly Partial<NewEvent>[]): Promise<Mail> {
  const dataDir = await mkdtemp(join(tmpdir(), 'wayside-'))
  onTestFinished(() => rm(dataDir, { recursive: true }))
  const store = createMemoryStore()
  if (events.length > 0) await store.append(await createSegmentWriter(dataDir)(1, [sampleBatch(events.map((event) => sampleNewEvent(event)))]))
  const period = lastPeriod('daily', 'UTC', NOW)
  const answers = await askMailReport({ engine: store, project: { id: 1, timeZone: 'UTC' }, frequency: 'daily', period, now: NOW, completeUntil: NOW })
  return toMail({ projectName: 'Shop <1>', timeZone: 'UTC', frequency: 'daily', period, answers, pageUrl: 'https://wayside.example.com/', unsubscribeUrl: 'https://wayside.example.com/stop?id=1&x="' })
}

const HOUR_MS = 3_600_000

test('it tells the day, beside the day before, in words and in HTML', async () => {
  const { subject, text, html } = await report([
    { time: DAY - HOUR_MS, consumer: 'secret-name' },
    ...[0, 0, 5].map((hour) => ({ time: DAY + hour * HOUR_MS, consumer: 'secret-name' })),
    { time: DAY + 5 * HOUR_MS, route: '/orders', status: 500 },
    { time: DAY + 24 * HOUR_MS },
  ])

  expect(subject).toBe('API report: Shop <1>, Friday 2026-01-02')
  expect(text).toContain('Requests: 4 (+300 %)\nErrors: 1 (new)\nError rate: 25.00 % (new)\nLatency p50: 1.50 ms')
  expect(text).toContain('Requests from 2026-01-02 to 2026-01-02 23:00: at most 2, at 2026-01-02. Errors: at most 1, at 2026-01-02 05:00.')
  expect(text).toMatch(/Endpoints with most requests\nEndpoint +Requests +Error rate +Latency p95 +Change\nGET \/users\/:id +3 +0\.00 % .* \+200 %\nGET \/orders +1 +100\.00 % .* new\n/)
  expect(text).toMatch(/Endpoints with most errors\nEndpoint .*\nGET \/orders +1 +1 +100\.00 % +new\n/)
  expect(text).toContain('Stop these e-mails: https://wayside.example.com/stop?id=1&x="')
  for (const word of ['+300 %', 'GET /orders', '25.00 %', 'src="cid:requests"', 'src="cid:latency"']) expect(html).toContain(word)
  expect(`${text}${html}`).not.toContain('secret-name')
})

test('what an attacker has written is text in the HTML, and keeps no line of its own', async () => {
  const { html, text } = await report([{ time: DAY, route: `/<img src=x onerror="alert(1)">'&\u0007\n` }])

  expect(html).not.toMatch(/<img src=x|onerror="/)
  expect(html).toContain('&#60;img src=x onerror=&#34;alert(1)&#34;&#62;&#39;&#38;')
  expect(html).toContain('<h1 style="font-size:20px;margin:0 0 16px">Shop &#60;1&#62;, Friday 2026-01-02</h1>')
  expect(html).toContain('href="https://wayside.example.com/stop?id=1&#38;x=&#34;"')
  expect(text).not.toContain('\u0007')
})

test('a day without a request is told as such', async () => {
  const { text, attachments } = await report([])

  expect(text).toContain('Requests: 0 (0 %)')
  expect(text).toContain('Endpoints with most errors\nNone.')
  expect(attachments.map(({ fileName, contentId }) => [fileName, contentId])).toEqual([
    ['requests.png', 'requests'],
    ['latency.png', 'latency'],
  ])
})
