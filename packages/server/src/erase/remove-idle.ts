import type { OutgoingMail } from '../channels/mailer.ts'
import type { Log } from '../log/log.ts'
import type { AuditLog } from '../people/audit-log.ts'
import { roleOn } from '../people/person.ts'
import type { People } from '../people/people.ts'
import type { IdleProjects, ProjectUse } from '../registry/idle-projects.ts'
import type { Erasure } from './erasure.ts'
import { judgeIdle } from './judge-idle.ts'
import { toIdleMail } from './to-idle-mail.ts'

export interface IdleRemoval {
  readonly idleProjects: IdleProjects
  /** Keeps uses that this process has gathered. */
  readonly keepUses: () => Promise<void>
  readonly people: Pick<People, 'list'>
  readonly audit: Pick<AuditLog, 'append'>
  readonly erasure: Pick<Erasure, 'eraseProject'>
  /** How people are told; `null` tells the log alone. */
  readonly mail: { readonly publicUrl: string; readonly send: (mail: OutgoingMail) => Promise<void> } | null
  /** After how many days without an event, a question or a visit a project is removed; `null` for never. */
  readonly idleDays: number | null
  /** Milliseconds since 1970. */
  readonly now: () => number
  readonly log: Log
}

/** Warns of projects that nobody uses, and removes those of which it has warned. To be called again and again. */
export async function removeIdle(removal: IdleRemoval): Promise<void> {
  const { idleProjects, keepUses, idleDays, now, log } = removal
  if (idleDays === null) return
  await keepUses()
  for (const project of await idleProjects.list()) {
    try {
      await take(removal, project, idleDays, now())
    } catch (error) {
      log.warn('could not look after a project that nobody uses; it is tried again', { projectId: project.projectId, error })
    }
  }
}

async function take(removal: IdleRemoval, project: ProjectUse, idleDays: number, at: number): Promise<void> {
  const { idleProjects, erasure, audit, log } = removal
  const { projectId, name, usedAt } = project
  const step = judgeIdle(project, idleDays, at)
  switch (step.kind) {
    case 'nothing':
      return
    case 'clear':
      return idleProjects.clearWarning(projectId)
    case 'warn':
      log.warn('nobody uses a project; it will be removed', { projectId, name, usedAt, removedAt: step.removedAt })
      await tellPeople(removal, project, step.removedAt)
      return idleProjects.setWarning(projectId, { at, seenOn: Math.floor(at / 86_400_000), daysSeen: 0 })
    case 'see':
      return idleProjects.setWarning(projectId, step.warning)
    case 'remove':
      await audit.append({ actor: 'server', action: 'project-removed', subject: `${name}: not used since ${new Date(usedAt).toISOString().slice(0, 10)}`, projectId })
      await erasure.eraseProject(projectId)
  }
}

/** Rejects when there are people to tell and none could be: then nobody was warned. */
async function tellPeople({ people, mail, log }: IdleRemoval, project: ProjectUse, removedAt: number): Promise<void> {
  if (mail === null) return
  const failures: unknown[] = []
  const recipients = (await people.list()).filter((person) => roleOn(person, project.projectId) === 'admin')
  for (const { email } of recipients) {
    await mail.send({ to: email, ...toIdleMail(project, removedAt, mail.publicUrl) }).catch((error: unknown) => failures.push(error))
  }
  if (failures.length === 0) return
  if (failures.length === recipients.length) throw new AggregateError(failures, 'no e-mail about it could be sent')
  log.warn('could not tell everybody of a project that nobody uses', { projectId: project.projectId, failed: failures.length })
}
