import type { ProjectRole } from '../people/person.ts'

/** What a key may do. `combined` is the UUID of API Analytics clients, which does all three. */
export const KEY_KINDS = ['ingest', 'read', 'admin', 'combined'] as const
export type KeyKind = (typeof KEY_KINDS)[number]

/** Whose API is observed. */
export interface Project {
  /** Names the project in the store; never used again after the project is gone. */
  readonly id: number
  /** Names the project in answers. */
  readonly publicId: string
  readonly name: string
  /** The least privacy level that this project stores. */
  readonly privacyFloor: 0 | 1 | 2
  /** IANA name, such as `Europe/Berlin`. */
  readonly timeZone: string
  /** Days that requests are listed; `null` for as long as they are kept. */
  readonly eventDays: number | null
  /** Days that anything is kept of them, at least `eventDays`; `null` for as long as the project. */
  readonly rollupDays: number | null
  /** Milliseconds since 1970, as all instants here. */
  readonly createdAt: number
}

/** A key as it is kept: without its secret. */
export interface KeyRecord {
  /** Names the key in lists and for revocation; part of the key itself, except for combined keys. */
  readonly id: string
  readonly kind: KeyKind
  readonly projectName: string
  readonly createdAt: number
  /** To the minute. */
  readonly lastUsedAt: number | null
  readonly revokedAt: number | null
}

/** Who a request speaks for. */
export interface Principal {
  /** The id of the key that it came with, or `person:` and the id of who is logged in. */
  readonly keyId: string
  readonly project: Project
  /** The kind of the key, or of one that may what the person may. */
  readonly kind: KeyKind
  /** Of who is logged in; absent for a key. */
  readonly role?: ProjectRole
}

/** What a project can be made with. */
export interface ProjectInput {
  readonly name: string
  /** @default 0 */
  readonly privacyFloor?: 0 | 1 | 2
  /** @default 'UTC' */
  readonly timeZone?: string
  /** @default null */
  readonly eventDays?: number | null
  /** @default null */
  readonly rollupDays?: number | null
}

/** There is a project of that name already. */
export class NameTaken extends Error {
  override readonly name = 'NameTaken'

  constructor(name: string) {
    super(`there is already a project named ${JSON.stringify(name)}`)
  }
}

/** Projects and keys: the small tables that change one row at a time. */
export interface Registry {
  /** Rejects with `NameTaken`. */
  createProject(input: ProjectInput): Promise<Project>
  /** Changes what is given. Rejects with `NameTaken`; `null` for a project that is gone. */
  changeProject(projectId: number, changes: Partial<ProjectInput>): Promise<Project | null>
  projects(): Promise<readonly Project[]>
  findProject(name: string): Promise<Project | null>
  projectByPublicId(publicId: string): Promise<Project | null>
  /** The whole key, which is not kept and cannot be shown again. */
  createKey(projectId: number, kind: KeyKind): Promise<{ readonly id: string; readonly key: string }>
  /** The key that reads what a live combined key has sent, the same each time; it is made when it is asked for first. `null` for any other text. */
  readKeyOf(key: string): Promise<string | null>
  keys(projectId: number | null): Promise<readonly KeyRecord[]>
  /** Whether a live key had this id. */
  revokeKey(id: string): Promise<boolean>
  /** The principal of a live key, `null` for any other text. */
  authenticate(key: string): Promise<Principal | null>
  /** Keeps when keys were last used, by their ids; of two instants the later stays. */
  touchKeys(usedAt: ReadonlyMap<string, number>): Promise<void>
  /** Takes a project and its keys out of use at once; its row stays until `removeProject`, so that an erasure can resume. */
  retireProject(projectId: number): Promise<void>
  /** Retired projects whose data is not known to be gone. */
  retiredProjects(): Promise<readonly number[]>
  removeProject(projectId: number): Promise<void>
  close(): Promise<void>
}
