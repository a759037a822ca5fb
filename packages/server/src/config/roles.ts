/** Which part of the server a process is. */
export const SERVER_ROLES = ['all', 'collector', 'api', 'worker', 'dashboard', 'monitor'] as const
export type ServerRole = (typeof SERVER_ROLES)[number]

/** What a process does in its role. */
export interface Parts {
  /** Takes events into a journal of its own, and moves them into the store. */
  readonly intake: boolean
  /** Answers questions, and what people and their programs ask beside them. */
  readonly answers: boolean
  /** Does what must be done again and again, by one process at a time. */
  readonly jobs: boolean
  /** Checks the addresses of monitors. */
  readonly monitors: boolean
  /** Serves the dashboard's files. */
  readonly page: boolean
}

const NONE: Parts = { intake: false, answers: false, jobs: false, monitors: false, page: false }

export const PARTS: Readonly<Record<ServerRole, Parts>> = {
  all: { intake: true, answers: true, jobs: true, monitors: true, page: true },
  collector: { ...NONE, intake: true },
  api: { ...NONE, answers: true },
  worker: { ...NONE, jobs: true },
  dashboard: { ...NONE, page: true },
  monitor: { ...NONE, monitors: true },
}
