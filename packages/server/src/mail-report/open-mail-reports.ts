import { createMailer } from '../channels/mailer.ts'
import type { MailSettings } from '../config/settings.ts'
import { sendMailReports, type MailReportSending } from './send-mail-reports.ts'

/** What sends reports; without settings, nothing does. */
export function openMailReports(settings: MailSettings | null, sending: Omit<MailReportSending, 'publicUrl' | 'send'>): { send(): Promise<void>; close(): void } {
  if (settings === null) return { send: async () => undefined, close: () => undefined }
  const mailer = createMailer(settings)
  return { send: () => sendMailReports({ ...sending, publicUrl: settings.publicUrl, send: mailer.send }), close: mailer.close }
}
