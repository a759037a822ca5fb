/** How often a report is sent by e-mail: of the last day, week or month. */
export const MAIL_FREQUENCIES = ['daily', 'weekly', 'monthly'] as const
export type MailFrequency = (typeof MAIL_FREQUENCIES)[number]

/** Who gets reports of a project by e-mail. */
export interface MailReportsList {
  /** Whether the server knows how to send e-mail. */
  readonly canSend: boolean
  /** Whether who asks may say who gets them; nobody else is told who does. */
  readonly mayChange: boolean
  /** One of each frequency. */
  readonly reports: readonly MailReportRecipients[]
}

export interface MailReportRecipients {
  readonly frequency: MailFrequency
  /** E-mail addresses. */
  readonly recipients: readonly string[]
}
