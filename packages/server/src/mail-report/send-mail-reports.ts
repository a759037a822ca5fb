import type { Log } from '../log/log.ts'
import type { MailReports, Recipient } from '../registry/mail-reports.ts'
import type { Project, Registry } from '../registry/registry.ts'
import type { Span } from '../query/resolve-range.ts'
import type { QueryEngine } from '../store/store-query.ts'
import { askMailReport, type MailReportAnswers } from './ask-mail-report.ts'
import { lastPeriod } from './frequency.ts'
import type { OutgoingMail } from '../channels/mailer.ts'
import { toMail } from './to-mail.ts'

export interface MailReportSending {
  readonly reports: Pick<MailReports, 'all' | 'told'>
  readonly registry: Pick<Registry, 'projects'>
  readonly engine: QueryEngine
  /** Of the server, as people reach it, with its base path and no slash at the end. */
  readonly publicUrl: string
  /** Rejects when it could not be handed over. */
  readonly send: (mail: OutgoingMail) => Promise<void>
  /** All events acknowledged before this instant are in answers. */
  readonly completeUntil: () => number
  /** Milliseconds since 1970. */
  readonly now: () => number
  readonly log: Log
}

/** A report is sent so long after the end of its period: apps send what they hold every few seconds, and again when they could not. */
const REST_MS = 3_600_000
/** One that could not be sent for so long is left out. */
const STALE_MS = 3 * 86_400_000

/**
 * Sends the report of the last day, week or month to all who have not had it. One that fails is tried again when this is
 * done again; one that was handed over when the process ended may come twice, as e-mail is.
 */
export async function sendMailReports(sending: MailReportSending): Promise<void> {
  const { reports, registry, engine, publicUrl, send, completeUntil, now, log } = sending
  const until = Math.min(now() - REST_MS, completeUntil())
  const projects = new Map((await registry.projects()).map((project) => [project.id, project]))
  const answered = new Map<string, Promise<MailReportAnswers>>()
  const ask = (project: Project, { frequency }: Recipient, period: Span): Promise<MailReportAnswers> => {
    const name = `${project.id}:${frequency}`
    const answers = answered.get(name) ?? askMailReport({ engine, project, frequency, period, now: now(), completeUntil: completeUntil() })
    answered.set(name, answers)
    return answers
  }

  for (const recipient of await reports.all()) {
    const project = projects.get(recipient.projectId)
    if (project === undefined) continue
    const { frequency, toldUntil, email, id } = recipient
    const period = lastPeriod(frequency, project.timeZone, until)
    if (period.to <= toldUntil) continue
    try {
      if (until - period.to < STALE_MS) {
        const unsubscribeUrl = `${publicUrl}/api/v1/reports/stop?id=${id}`
        const mail = toMail({ projectName: project.name, timeZone: project.timeZone, frequency, period, answers: await ask(project, recipient, period), pageUrl: `${publicUrl}/`, unsubscribeUrl })
        await send({ ...mail, to: email, unsubscribeUrl })
      }
      await reports.told(recipient, period.to)
    } catch (error) {
      // Not to whom: the log is kept for longer.
      log.warn('could not send a report; it is tried again', { projectId: project.id, frequency, error })
    }
  }
}
