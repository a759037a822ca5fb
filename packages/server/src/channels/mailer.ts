/** An e-mail to one person. */
export interface OutgoingMail {
  readonly to: string
  readonly subject: string
  readonly text: string
  readonly html?: string
  readonly attachments?: readonly MailedPicture[]
  /** Where a `POST` stops e-mails of this kind to this person (RFC 8058). */
  readonly unsubscribeUrl?: string
}

/** A PNG that the HTML shows, as `cid:` and its name. */
export interface MailedPicture {
  readonly fileName: string
  readonly contentId: string
  readonly content: Buffer
}

/** Hands e-mails over to a server that delivers them. */
export interface Mailer {
  /** Rejects when it was not taken. */
  send(mail: OutgoingMail): Promise<void>
  close(): void
}

export interface MailSettings {
  /** Such as `smtp://user:password@host:587` and `smtps://host`. */
  readonly smtpUrl: string
  /** Such as `Wayside <wayside@example.com>`. */
  readonly from: string
}

const TIMEOUT_MS = 20_000

/** A mailer that speaks SMTP, with STARTTLS where the server offers it. A password goes over TLS alone, but for loopback. */
export function createMailer({ smtpUrl, from }: MailSettings): Mailer {
  let transport: ReturnType<typeof openTransport> | null = null
  return {
    async send({ to, subject, text, html, attachments = [], unsubscribeUrl }) {
      transport ??= openTransport(smtpUrl)
      await (await transport).sendMail({
        from,
        to: { name: '', address: to },
        subject,
        text,
        ...(html !== undefined && { html }),
        attachments: attachments.map(({ fileName, contentId, content }) => ({ filename: fileName, cid: contentId, content, contentType: 'image/png', contentDisposition: 'inline' as const })),
        headers: {
          // Out-of-office programs do not answer these.
          'auto-submitted': 'auto-generated',
          ...(unsubscribeUrl !== undefined && { 'list-unsubscribe': `<${unsubscribeUrl}>`, 'list-unsubscribe-post': 'List-Unsubscribe=One-Click' }),
        },
      })
    },
    close: () => void transport?.then((opened) => opened.close()),
  }
}

/** Connects to a mail server and logs in, and sends nothing. Rejects when it does not let us. */
export async function tryMailServer(smtpUrl: string): Promise<void> {
  const transport = await openTransport(smtpUrl)
  try {
    await transport.verify()
  } finally {
    transport.close()
  }
}

async function openTransport(smtpUrl: string) {
  // Loaded with the first e-mail: many servers send none.
  const { createTransport } = await import('nodemailer')
  const { hostname, username } = new URL(smtpUrl)
  const isLoopback = /^(127\.|localhost$|\[::1\]$)/.test(hostname)
  return createTransport({
    url: smtpUrl,
    requireTLS: username !== '' && !isLoopback,
    connectionTimeout: TIMEOUT_MS,
    greetingTimeout: TIMEOUT_MS,
    socketTimeout: TIMEOUT_MS,
    dnsTimeout: TIMEOUT_MS,
    // What stands in an e-mail never names a file or an address to fetch.
    disableFileAccess: true,
    disableUrlAccess: true,
  })
}
