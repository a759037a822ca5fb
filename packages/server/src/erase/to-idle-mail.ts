import type { OutgoingMail } from '../channels/mailer.ts'
import { printable } from '../format/printable.ts'
import type { ProjectUse } from '../registry/idle-projects.ts'

/** What people are told of a project that nobody uses. */
export function toIdleMail({ name, usedAt }: Pick<ProjectUse, 'name' | 'usedAt'>, removedAt: number, publicUrl: string): Pick<OutgoingMail, 'subject' | 'text'> {
  const [last, end] = [toDay(usedAt), toDay(removedAt)]
  const project = printable(name)
  return {
    subject: `The project ${project} will be removed on ${end}`,
    text: [
      `Nobody has used the project ${project} since ${last}: no event came, no key asked, nobody looked at it.`,
      `It will be removed on ${end}, with its keys and all its data.`,
      `To keep it, look at it once before: ${publicUrl}/`,
      'How long a project may rest is a setting of the server: --idle-days (WAYSIDE_IDLE_DAYS), which can be off.',
    ].join('\n\n'),
  }
}

function toDay(time: number): string {
  return new Date(time).toISOString().slice(0, 10)
}
