import { MAIL_FREQUENCIES, type MailFrequency } from '@wayside/protocol'
import { randomUUID } from 'node:crypto'
import type { Database, Row } from '../database/database.ts'

/** Somebody who gets reports of a project by e-mail. */
export interface Recipient {
  /** Random: whoever has it may stop the e-mails. */
  readonly id: string
  readonly projectId: number
  readonly frequency: MailFrequency
  readonly email: string
  /** The end of the last period that they were told of, or when they were added; milliseconds since 1970. */
  readonly toldUntil: number
}

/** Who gets reports by e-mail. */
export interface MailReports {
  /** Those of a project, in the order of their addresses. */
  of(projectId: number): Promise<readonly Recipient[]>
  /** All of projects that are in use. */
  all(): Promise<readonly Recipient[]>
  /** Who gets reports of a frequency from now on: those who did are not told twice. */
  set(projectId: number, frequency: MailFrequency, emails: readonly string[]): Promise<void>
  /** Says that somebody was told of all up to an instant. */
  told(recipient: Recipient, until: number): Promise<void>
  /** Stops the e-mails. Whether there were any. */
  stop(id: string): Promise<boolean>
}

/** @param now - milliseconds since 1970 */
export function createMailReports(database: Database, now: () => number = Date.now): MailReports {
  return {
    of: async (projectId) => (await database.query('SELECT * FROM mail_recipients WHERE project_id = $1 ORDER BY email, frequency', [projectId])).map(toRecipient),
    all: async () =>
      (
        await database.query(`SELECT mail_recipients.* FROM mail_recipients JOIN projects ON projects.id = mail_recipients.project_id
                              WHERE projects.retired_at IS NULL ORDER BY project_id, frequency, email`)
      ).map(toRecipient),
    set: (projectId, frequency, emails) =>
      database.transaction(async (statements) => {
        for (const { id, email } of (await statements.query('SELECT * FROM mail_recipients WHERE project_id = $1 AND frequency = $2', [projectId, frequency])).map(toRecipient))
          if (!emails.includes(email)) await statements.query('DELETE FROM mail_recipients WHERE id = $1', [id])
        for (const email of emails)
          await statements.query(
            `INSERT INTO mail_recipients (id, project_id, frequency, email, told_until) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (project_id, frequency, email) DO NOTHING`,
            [randomUUID(), projectId, frequency, email, now()],
          )
      }),
    async told({ id }, until) {
      await database.query('UPDATE mail_recipients SET told_until = $2 WHERE id = $1', [id, until])
    },
    stop: async (id) => (await database.query('DELETE FROM mail_recipients WHERE id = $1 RETURNING id', [id])).length > 0,
  }
}

function toRecipient(row: Row): Recipient {
  const frequency = MAIL_FREQUENCIES.find((each) => each === row['frequency'])
  if (frequency === undefined) throw new Error(`a report is sent ${JSON.stringify(row['frequency'])}, which this program does not know`)
  return { id: String(row['id']), projectId: Number(row['project_id']), frequency, email: String(row['email']), toldUntil: Number(row['told_until']) }
}
