import { expect, test, vi } from 'vitest'
import { openAsOwner } from '../../testing/browser.ts'
import { sampleBatch } from '../../testing/sample-batch.ts'
import { sampleEvent } from '../../testing/sample.ts'
import { startSmtp } from '../../testing/start-smtp.ts'
import { startTestServer, type TestServer } from '../../testing/start-test-server.ts'

const PUBLIC_URL = 'https://wayside.example.org'

async function put(server: TestServer, key: string, body: unknown) {
  const response = await fetch(`${server.url}/api/v1/reports`, { method: 'PUT', headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' }, body: JSON.stringify(body) })
  return { status: response.status, body: (await response.json()) as { readonly detail?: string; readonly reports?: readonly { readonly frequency: string; readonly recipients: readonly string[] }[] } }
}

test('a report of yesterday goes out by SMTP with its tables and charts, and its link stops the next', async () => {
  const smtp = await startSmtp()
  let time = Date.parse('2026-01-02T12:00:00Z')
  const mail = { smtpUrl: smtp.url, from: 'Wayside <wayside@example.org>', publicUrl: PUBLIC_URL }
  const server = await startTestServer({ now: () => time, mail })
  const owner = await openAsOwner(server)
  const { body: project } = await owner.call('POST', '/api/v1/projects', { name: 'shop' })
  const inProject = { 'x-wayside-project': String(project['id']) }
  const { body: made } = await owner.call('POST', '/api/v1/keys', { kind: 'admin' }, inProject)
  const key = String(made['key'])
  const events = [sampleEvent({ seq: 1, time: time - 1_000, userId: 'secret-name' }), sampleEvent({ seq: 2, time: time - 1_000, route: '/<b>', status: 500 })]
  await server.deliver({ ...sampleBatch(events), sentAt: time }, key)
  const set = await owner.call('PUT', '/api/v1/reports', { frequency: 'daily', recipients: ['Ada@Example.org', 'eve@example.org', 'ada@example.org'] }, inProject)
  expect(set.body['reports']).toEqual([
    { frequency: 'daily', recipients: ['ada@example.org', 'eve@example.org'] },
    { frequency: 'weekly', recipients: [] },
    { frequency: 'monthly', recipients: [] },
  ])

  await server.stop()
  time = Date.parse('2026-01-03T01:30:00Z')
  const next = await startTestServer({ now: () => time, mail, data: server.dataDir })
  await vi.waitFor(() => expect(smtp.mails).toHaveLength(2), { timeout: 30_000, interval: 100 })

  const [first] = smtp.mails
  expect(smtp.mails.map(({ recipients }) => recipients)).toEqual([['ada@example.org'], ['eve@example.org']])
  expect(first?.subject).toBe('API report: shop, Friday 2026-01-02')
  expect(first?.text).toContain('Requests: 2 (new)\nErrors: 1 (new)\nError rate: 50.00 %')
  expect(first?.html).toContain('GET /&#60;b&#62;')
  expect(first?.attachments.map(({ mimeType, contentId }) => [mimeType, contentId])).toEqual([
    ['image/png', '<requests>'],
    ['image/png', '<latency>'],
  ])
  expect(JSON.stringify(smtp.mails)).not.toContain('secret-name')

  const link = new URL(/Stop these e-mails: (\S+)/.exec(first?.text ?? '')?.[1] ?? '')
  expect(link.origin).toBe(PUBLIC_URL)
  const stop = (method: string) =>
    fetch(`${next.url}${link.pathname}${link.search}`, { method, ...(method === 'POST' && { headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: 'List-Unsubscribe=One-Click' }) })
  const asked = await stop('GET')
  expect([asked.headers.get('content-type'), await asked.text()]).toEqual(['text/html; charset=utf-8', expect.stringContaining('<form method="post">')])
  expect((await put(next, key, { frequency: 'weekly', recipients: [] })).body.reports?.[0]?.recipients).toEqual(['ada@example.org', 'eve@example.org'])
  expect([(await stop('POST')).status, (await stop('POST')).status]).toEqual([200, 200])
  expect((await put(next, key, { frequency: 'weekly', recipients: [] })).body.reports?.[0]?.recipients).toEqual(['eve@example.org'])
})

test('a server without a mail server says what it lacks, addresses that are none are refused, and only admins see them', async () => {
  const smtp = await startSmtp()
  const [silent, server] = [await startTestServer(), await startTestServer({ mail: { smtpUrl: smtp.url, from: 'a@b', publicUrl: PUBLIC_URL } })]
  const report = (...recipients: string[]) => ({ frequency: 'monthly', recipients })

  expect(await put(silent, await silent.key('admin'), report('ada@example.org'))).toMatchObject({ status: 409, body: { detail: expect.stringContaining('--smtp-url') } })
  const key = await server.key('admin')
  for (const wrong of ['ada', 'ada@example.org, eve@example.org', 'a@b\r\nBcc: c@d', '<a@b>']) expect((await put(server, key, report(wrong))).status).toBe(400)
  expect((await put(server, key, report(...Array.from({ length: 21 }, (_, at) => `${at}@example.org`)))).status).toBe(400)
  const read = await server.key('read')
  expect((await put(server, key, report('ada@example.org'))).status).toBe(200)
  expect([(await put(server, read, report())).status, (await server.get('/api/v1/reports', key)).status]).toEqual([403, 200])
  const seen = await (await server.get('/api/v1/reports', read)).text()
  expect([JSON.parse(seen), seen.includes('ada')]).toMatchObject([{ canSend: true, mayChange: false }, false])
})
