import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import PostalMime, { type Email } from 'postal-mime'
import { SMTPServer, type SMTPServerOptions } from 'smtp-server'
import { onTestFinished } from 'vitest'

/** An SMTP server on loopback that keeps what it is given. */
export interface TestSmtp {
  readonly url: string
  readonly mails: readonly TakenMail[]
}

export interface TakenMail extends Email {
  /** Whom it was handed over for, and who handed it over. */
  readonly recipients: readonly string[]
  readonly user: string | null
  readonly isSecure: boolean
}

/** @param options - put over those of a server that takes everything from everybody, without TLS */
export async function startSmtp(options: SMTPServerOptions = {}): Promise<TestSmtp> {
  const mails: TakenMail[] = []
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onData(stream, session, done) {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        PostalMime.parse(Buffer.concat(chunks)).then(
          (mail) => {
            const { secure, user } = session
            mails.push({ ...mail, recipients: session.envelope.rcptTo.map(({ address }) => address), user: typeof user === 'string' ? user : null, isSecure: secure })
            done()
          },
          (error: Error) => done(error),
        )
      })
    },
    ...options,
  })
  // A client that goes away in the middle is no fault of a test.
  server.on('error', () => undefined)
  const listening = server.listen(0, '127.0.0.1')
  await once(listening, 'listening')
  onTestFinished(() => new Promise<void>((resolve) => server.close(() => resolve())))
  // Boundary: a server that listens on a port has an address of this kind.
  const { port } = listening.address() as AddressInfo
  return { url: `smtp://127.0.0.1:${port}`, mails }
}
