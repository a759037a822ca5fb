import { expect, onTestFinished, test } from 'vitest'
import { createLog } from '../log/log.ts'
import { createMemoryStore } from '../store/memory/memory-store.ts'
import type { Recipient } from '../registry/mail-reports.ts'
import type { Project } from '../registry/registry.ts'
import { sendMailReports, type MailReportSending } from './send-mail-reports.ts'
import type { OutgoingMail } from '../channels/mailer.ts'

const PROJECT: Project = { id: 1, publicId: 'p', name: 'shop', privacyFloor: 0, timeZone: 'Europe/Berlin', eventDays: null, rollupDays: null, createdAt: 0 }

/** A server whose clock a test sets, with these recipients, and what it has sent. */
function setUp(recipients: readonly Partial<Recipient>[], over: Partial<MailReportSending> = {}) {
  const rows = recipients.map((recipient, at): Recipient => ({ id: `id-${at}`, projectId: 1, frequency: 'daily', email: `${at}@example.org`, toldUntil: 0, ...recipient }))
  const sent: OutgoingMail[] = []
  const log: string[] = []
  let time = 0
  const store = createMemoryStore()
  onTestFinished(() => store.close())
  const run = async (at: string) => {
    time = Date.parse(at)
    sent.length = 0
    await sendMailReports({
      reports: {
        all: async () => rows,
        async told({ id }, toldUntil) {
          const place = rows.findIndex((row) => row.id === id)
          const row = rows[place]
          if (row !== undefined) rows[place] = { ...row, toldUntil }
        },
      },
      registry: { projects: async () => [PROJECT] },
      engine: store,
      publicUrl: 'https://wayside.example.org/base',
      send: async (mail) => void sent.push(mail),
      completeUntil: () => time,
      now: () => time,
      log: createLog('debug', (line) => log.push(line)),
      ...over,
    })
    return sent.map(({ to, subject }) => `${to}: ${subject}`)
  }
  return { run, sent, log }
}

test('a day is told once, an hour after its end by the clock of the project', async () => {
  const { run, sent } = setUp([{}])

  expect(await run('2026-01-02T23:59:59Z')).toEqual(['0@example.org: API report: shop, Thursday 2026-01-01'])
  expect(await run('2026-01-02T23:59:59Z')).toEqual([])
  expect(await run('2026-01-03T00:00:00Z')).toEqual(['0@example.org: API report: shop, Friday 2026-01-02'])
  expect(sent[0]?.unsubscribeUrl).toBe('https://wayside.example.org/base/api/v1/reports/stop?id=id-0')
  expect(await run('2026-01-03T12:00:00Z')).toEqual([])
})

test('weeks begin on Monday, months with their first day', async () => {
  const { run } = setUp([{ frequency: 'weekly' }, { frequency: 'monthly' }])

  expect(await run('2026-02-02T01:00:00Z')).toEqual(['0@example.org: API report: shop, 2026-01-26 to 2026-02-01', '1@example.org: API report: shop, January 2026'])
})

test('who was added in the course of a period is told of it when it is over, and of none before', async () => {
  const { run } = setUp([{ toldUntil: Date.parse('2026-01-02T12:00:00Z') }])

  expect(await run('2026-01-02T13:00:00Z')).toEqual([])
  expect(await run('2026-01-03T01:00:00Z')).toHaveLength(1)
})

test('what is not complete yet is not told', async () => {
  const { run } = setUp([{ toldUntil: Date.parse('2026-01-01T23:00:00Z') }], { completeUntil: () => Date.parse('2026-01-02T22:59:59Z') })

  expect(await run('2026-01-03T09:00:00Z')).toEqual([])
})

test('a report that came to a standstill for days is left out, the next one is sent', async () => {
  const { run } = setUp([{ frequency: 'weekly' }])

  expect(await run('2026-02-06T00:00:00Z')).toEqual([])
  expect(await run('2026-02-09T01:00:00Z')).toEqual(['0@example.org: API report: shop, 2026-02-02 to 2026-02-08'])
})

test('one that is not taken is tried again, keeps nobody else from theirs, and its address is in no log', async () => {
  let refuses = true
  const taken: string[] = []
  const { run, log } = setUp([{}, {}], {
    async send({ to }) {
      if (refuses && to.startsWith('0')) throw new Error('the mail server is busy')
      taken.push(to)
    },
  })

  await run('2026-01-03T01:00:00Z')
  refuses = false
  await run('2026-01-03T01:05:00Z')

  expect(taken).toEqual(['1@example.org', '0@example.org'])
  expect(log.join()).toContain('the mail server is busy')
  expect(log.join()).not.toContain('example.org')
})
