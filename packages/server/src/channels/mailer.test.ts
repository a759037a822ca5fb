import { expect, onTestFinished, test } from 'vitest'
import { startSmtp } from '../testing/start-smtp.ts'
import { createMailer, type Mailer } from './mailer.ts'

const PICTURE = { fileName: 'a.png', contentId: 'a', content: Buffer.from('\u0089PNG', 'latin1') }

function openMailer(smtpUrl: string): Mailer {
  const mailer = createMailer({ smtpUrl, from: 'Wayside <wayside@example.org>' })
  onTestFinished(() => mailer.close())
  return mailer
}

test('an e-mail arrives with its words, its HTML, its picture and the way to stop it', async () => {
  const smtp = await startSmtp()

  await openMailer(smtp.url).send({ to: 'ada@example.org', subject: 'Größe 😀', text: 'Grüße\n.\n..', html: '<p>Grüße <img src="cid:a"></p>', attachments: [PICTURE], unsubscribeUrl: 'https://wayside.example.org/stop?id=1' })

  const [mail] = smtp.mails
  expect(mail).toMatchObject({ recipients: ['ada@example.org'], subject: 'Größe 😀', from: { name: 'Wayside', address: 'wayside@example.org' }, to: [{ address: 'ada@example.org' }] })
  expect([mail?.text?.trim(), mail?.html?.trim()]).toEqual(['Grüße\n.\n..', '<p>Grüße <img src="cid:a"></p>'])
  expect(mail?.attachments.map(({ mimeType, contentId, disposition, content }) => [mimeType, contentId, disposition, content instanceof ArrayBuffer && Buffer.from(content).equals(PICTURE.content)])).toEqual([['image/png', '<a>', 'inline', true]])
  expect(Object.fromEntries(mail?.headers.map(({ key, value }) => [key, value]) ?? [])).toMatchObject({
    'auto-submitted': 'auto-generated',
    'list-unsubscribe': '<https://wayside.example.org/stop?id=1>',
    'list-unsubscribe-post': 'List-Unsubscribe=One-Click',
  })
})

test('what stands in a subject or an address adds neither a header nor a recipient', async () => {
  const smtp = await startSmtp()
  const mailer = openMailer(smtp.url)

  await mailer.send({ to: 'ada@example.org', subject: 'a\r\nBcc: eve@example.org\r\n\r\nbody', text: 'b' })
  await mailer.send({ to: 'ada@example.org, eve@example.org', subject: 'a', text: 'b' }).catch(() => undefined)
  await mailer.send({ to: 'ada@example.org\r\nRCPT TO:<eve@example.org>', subject: 'a', text: 'b' }).catch(() => undefined)

  const [first] = smtp.mails
  expect([first?.subject, first?.text?.trim(), first?.bcc ?? []]).toEqual(['a Bcc: eve@example.org  body', 'b', []])
  expect(smtp.mails.flatMap(({ recipients }) => recipients)).not.toContain('eve@example.org')
})

test('a user logs in with a password', async () => {
  const smtp = await startSmtp({
    authOptional: false,
    authMethods: ['PLAIN'],
    allowInsecureAuth: true,
    onAuth: ({ username, password }, _session, done) => (username === 'way@side' && password === 'p:w' ? done(null, { user: username }) : done(new Error('wrong password'))),
  })
  const mail = { to: 'ada@example.org', subject: 'a', text: 'b' }

  await openMailer(smtp.url.replace('//', '//way%40side:p%3Aw@')).send(mail)
  await expect(openMailer(smtp.url.replace('//', '//way%40side:wrong@')).send(mail)).rejects.toThrow('wrong password')

  expect(smtp.mails.map(({ user }) => user)).toEqual(['way@side'])
})

test('one that is not taken is told', async () => {
  const smtp = await startSmtp({ onRcptTo: (_address, _session, done) => done(new Error('no such mailbox')) })
  const mail = { to: 'nobody@example.org', subject: 'a', text: 'b' }

  await expect(openMailer(smtp.url).send(mail)).rejects.toThrow('no such mailbox')
  await expect(openMailer('smtp://127.0.0.1:1').send(mail)).rejects.toThrow('ECONNREFUSED')
})

test('a mail server that offers TLS with a certificate that nobody vouches for gets nothing', async () => {
  // Its own certificate, whose key everybody has.
  const smtp = await startSmtp({ disabledCommands: [], logger: false })

  await expect(openMailer(smtp.url).send({ to: 'ada@example.org', subject: 'a', text: 'b' })).rejects.toThrow('certificate')

  expect(smtp.mails).toEqual([])
})

test('a password goes to no server off loopback that offers no TLS', async () => {
  const logins: string[] = []
  const smtp = await startSmtp({
    authOptional: false,
    allowInsecureAuth: true,
    onAuth: ({ username }, _session, done) => {
      logins.push(username ?? '')
      done(null, { user: username })
    },
  })
  // An address of this machine that is none of loopback's names.
  const url = smtp.url.replace('//127.0.0.1', '//user:password@[::ffff:127.0.0.1]')

  await expect(openMailer(url).send({ to: 'ada@example.org', subject: 'a', text: 'b' })).rejects.toThrow('STARTTLS')

  expect([logins, smtp.mails]).toEqual([[], []])
})
