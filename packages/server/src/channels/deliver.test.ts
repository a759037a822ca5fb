import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { createAddressGuard } from '../outbound/address-guard.ts'
import { createPostJson } from '../outbound/post-json.ts'
import { createResolveHost } from '../outbound/resolve-host.ts'
import { createChannels, type DeliveryBody } from '../registry/channels.ts'
import { createRegistry } from '../registry/create-registry.ts'
import { onEachDatabase } from '../testing/on-each-database.ts'
import { startSmtp } from '../testing/start-smtp.ts'
import { deliver } from './deliver.ts'
import { createMailer } from './mailer.ts'
import { isSigned } from './sign.ts'

const NOW = Date.UTC(2026, 2, 4, 12)
const BODY: DeliveryBody = { event: 'alert.fired', project: '<shop>', title: 'slow: @channel *p95* <http://evil|x>\r\nBcc: eve@example.org', text: 'A severe alert.', severity: 'severe', at: NOW, about: { value: 'GET /' } }

interface Posted {
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/** Somebody who is told, and answers as the test says. */
async function startHook(): Promise<{ readonly url: string; readonly posted: readonly Posted[]; answer: (status: number) => void }> {
  const posted: Posted[] = []
  let status = 200
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk) => (body += String(chunk)))
    request.on('end', () => {
      posted.push({ headers: request.headers, body })
      response.writeHead(status, { location: 'http://169.254.169.254/' }).end('no secret of ours')
    })
  }).listen(0, '127.0.0.1')
  onTestFinished(() => void server.close())
  await new Promise((resolve) => server.once('listening', resolve))
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook?token=hush`, posted, answer: (next) => void (status = next) }
}

onEachDatabase((create) => {
  async function setUp(allowed: readonly string[] = ['127.0.0.1']) {
    let now = NOW
    const database = await (await create()).open()
    const { id } = await createRegistry(database, Buffer.alloc(32, 1)).createProject({ name: 'shop' })
    const channels = createChannels(database, () => now)
    const smtp = await startSmtp()
    const mailer = createMailer({ smtpUrl: smtp.url, from: 'Wayside <wayside@example.org>' })
    onTestFinished(() => mailer.close())
    const post = createPostJson(createAddressGuard(allowed), createResolveHost())
    return {
      channels,
      project: id,
      mails: smtp.mails,
      run: () => deliver({ channels, post, mailer, now: () => now }),
      pass: (ms: number) => void (now += ms),
      state: async () => (await channels.list(id)).map(({ deliveredAt, problem, failed }) => ({ deliveredAt, problem, failed })),
    }
  }

  test('each channel is told once, in its own form, and a webhook knows who told it', async () => {
    const { channels, project, mails, run, state } = await setUp()
    const [hook, slack] = [await startHook(), await startHook()]
    const made = [
      await channels.create(project, { kind: 'webhook', name: 'ops', address: hook.url }),
      await channels.create(project, { kind: 'slack', name: 'talk', address: slack.url }),
      await channels.create(project, { kind: 'email', name: 'ada', address: 'ada@example.org' }),
    ]
    await channels.enqueue(project, made.map(({ id }) => id), BODY)

    await run()
    await run()

    const [first] = hook.posted
    const signature = String(first?.headers['wayside-signature'])
    expect(JSON.parse(first?.body ?? '')).toMatchObject({ event: 'alert.fired', severity: 'severe', at: new Date(NOW).toISOString(), about: { value: 'GET /' } })
    expect([hook.posted.length, isSigned(first?.body ?? '', signature, made[0]?.secret ?? '', NOW)]).toEqual([1, true])
    expect([`${first?.body} `, first?.body ?? ''].map((body, at) => isSigned(body, signature, made[0]?.secret ?? '', NOW + at * 301_000))).toEqual([false, false])
    expect(isSigned(first?.body ?? '', signature, made[1]?.secret ?? '', NOW)).toBe(false)
    const { text } = JSON.parse(slack.posted[0]?.body ?? '') as { readonly text: string }
    expect(text).toContain('&lt;http://evil|x&gt;')
    expect(text).not.toContain(' *p95* ')
    expect(mails.map(({ recipients, bcc = [] }) => [recipients, bcc])).toEqual([[['ada@example.org'], []]])
    expect(mails[0]?.subject).toContain('[<shop>] slow')
    expect(await state()).toEqual(made.map(() => ({ deliveredAt: NOW, problem: null, failed: 0 })))
  })

  test('one that does not answer well is told again with longer waits, and the channel says why', async () => {
    const { channels, project, run, pass, state } = await setUp()
    const hook = await startHook()
    const { id } = await channels.create(project, { kind: 'webhook', name: 'ops', address: hook.url })
    await channels.enqueue(project, [id], BODY)
    hook.answer(503)

    await run()
    await run()
    expect(await state()).toEqual([{ deliveredAt: null, problem: 'it answered with status 503', failed: 0 }])
    pass(5_000)
    await run()
    pass(5_000)
    await run()
    expect(hook.posted).toHaveLength(2)
    hook.answer(200)
    pass(30_000)
    await run()

    expect(new Set(hook.posted.map(({ body }) => body)).size).toBe(1)
    expect([hook.posted.length, await state()]).toEqual([3, [{ deliveredAt: NOW + 40_000, problem: null, failed: 0 }]])
  })

  test('what is refused for good is given up at once, what fails for long in the end, and both are counted', async () => {
    const { channels, project, run, pass, state } = await setUp()
    const hook = await startHook()
    const { id } = await channels.create(project, { kind: 'webhook', name: 'ops', address: hook.url })
    await channels.enqueue(project, [id], BODY)
    hook.answer(410)
    await run()
    expect(await state()).toMatchObject([{ failed: 1 }])

    await channels.enqueue(project, [id], BODY)
    hook.answer(302)
    for (let hour = 0; hour < 12; hour++) {
      await run()
      pass(3_600_000 * 6)
    }
    expect([hook.posted.length, await state()]).toEqual([8, [{ deliveredAt: null, problem: 'it answered with status 302', failed: 2 }]])
  })

  test('row 61: a webhook at a private address is not connected to', async () => {
    const { channels, project, run, state } = await setUp([])
    const hook = await startHook()
    const { id } = await channels.create(project, { kind: 'webhook', name: 'ops', address: hook.url })
    await channels.enqueue(project, [id], BODY)

    await run()

    expect([hook.posted.length, await state()]).toEqual([0, [{ deliveredAt: null, problem: expect.stringContaining('does not connect there'), failed: 1 }]])
  })

  test('nothing is told to a channel of another project, and no list shows what is secret', async () => {
    const { channels, project } = await setUp()
    const { id } = await channels.create(project, { kind: 'slack', name: 'talk', address: 'https://hooks.example.org/services/hush' })
    await channels.enqueue(project + 1, [id], BODY)

    expect(await channels.take(10, 1_000)).toEqual([])
    const listed = JSON.stringify(await channels.list(project))
    expect([listed.includes('hush'), listed.includes('whsec'), listed.includes('hooks.example.org')]).toEqual([false, false, true])
  })
})
