import { removalAt } from '../erase/judge-idle.ts'
import { Instant, Nullable } from './schemas.ts'
import type { Services } from './services.ts'

/** When a project was used, and when it goes as nobody does, as answers say it. */
export const ProjectUseMembers = {
  usedAt: Instant('When an event came last, a question, or somebody who looked at it: to the minute, and up to a minute late.'),
  removedAt: Nullable(Instant('When it is removed with all its data, as nobody uses it: look at it once, and it stays. null where nobody was told so.')),
}

export interface ProjectUseAnswer {
  readonly usedAt: number
  readonly removedAt: number | null
}

/** Of all projects, by their ids. */
export async function readProjectUses({ idleProjects, settings: { idleDays } }: Services): Promise<ReadonlyMap<number, ProjectUseAnswer>> {
  const uses = await idleProjects.list()
  return new Map(
    uses.map(({ projectId, usedAt, warning }) => [projectId, { usedAt, removedAt: warning === null || idleDays === null ? null : removalAt({ usedAt, warnedAt: warning.at }, idleDays) }]),
  )
}
