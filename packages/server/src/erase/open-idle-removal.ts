import { createMailer } from '../channels/mailer.ts'
import type { Settings } from '../config/settings.ts'
import { removeIdle, type IdleRemoval } from './remove-idle.ts'

/** What removes projects that nobody uses, and tells people before, by e-mail where the settings say how. */
export function openIdleRemoval({ mail, idleDays }: Pick<Settings, 'mail' | 'idleDays'>, removal: Omit<IdleRemoval, 'mail' | 'idleDays'>): { remove(): Promise<void>; close(): void } {
  const mailer = mail === null ? null : createMailer(mail)
  const telling = mail === null || mailer === null ? null : { publicUrl: mail.publicUrl, send: mailer.send }
  return { remove: () => removeIdle({ ...removal, mail: telling, idleDays }), close: () => mailer?.close() }
}
