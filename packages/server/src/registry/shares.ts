import type { Filter, Share } from '@wayside/protocol'
import { randomUUID } from 'node:crypto'
import type { Database, Row } from '../database/database.ts'
import { digestOf, issueToken } from '../people/token.ts'

/** The project has as many as it may. */
export class TooManyShares extends Error {
  override readonly name = 'TooManyShares'
}

/** Each is one more place where the project's numbers can be seen. */
const MAX_PER_PROJECT = 100

export interface KeptShare extends Share {
  readonly projectId: number
  /** `null` where the token alone opens it. */
  readonly passwordHash: string | null
}

/** What is chosen when one is made. */
export interface NewShare extends Pick<Share, 'label' | 'filter' | 'frameHosts' | 'expiresAt'> {
  readonly passwordHash: string | null
}

/** Shared links. Only digests of their tokens are kept. */
export interface Shares {
  /** The oldest first, those included that have expired. */
  list(projectId: number): Promise<readonly Share[]>
  /** Makes one; the token is told this once. Rejects with `TooManyShares`. */
  create(projectId: number, share: NewShare): Promise<{ readonly share: Share; readonly token: string }>
  /** Whether there was one. */
  revoke(projectId: number, id: string): Promise<boolean>
  /** Whose token it is; `null` where it is unknown, revoked or expired, or the project is gone. */
  find(token: string): Promise<KeptShare | null>
  /** Origins of the pages that may show a link in a frame: known without its token, as the page itself is. Empty where there is no such link. */
  frameHostsOf(id: string): Promise<readonly string[]>
  /** What whoever gave the password of a link shows from then on; another one once the password is another. */
  passOf(share: KeptShare): string
}

/** @param now - milliseconds since 1970 */
export function createShares(database: Database, pepper: Buffer, now: () => number = Date.now): Shares {
  return {
    list: async (projectId) => (await database.query('SELECT * FROM shares WHERE project_id = $1 ORDER BY created_at, id', [projectId])).map(toShare),
    create: (projectId, { label, filter, passwordHash, frameHosts, expiresAt }) =>
      database.transaction(async (statements) => {
        // Held to the end, so that of two that make the last one, one is refused.
        await statements.query('UPDATE projects SET name = name WHERE id = $1', [projectId])
        const [count] = await statements.query('SELECT COUNT(*) AS shares FROM shares WHERE project_id = $1', [projectId])
        if (Number(count?.['shares']) >= MAX_PER_PROJECT) throw new TooManyShares(`a project has at most ${MAX_PER_PROJECT} shared links`)
        const { token, digest } = issueToken('share', pepper)
        const share = { id: randomUUID(), label, filter, hasPassword: passwordHash !== null, frameHosts, createdAt: now(), expiresAt }
        await statements.query('INSERT INTO shares (id, project_id, digest, label, filter, password_hash, frame_hosts, created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)', [
          share.id,
          projectId,
          digest,
          label,
          JSON.stringify(filter),
          passwordHash,
          JSON.stringify(frameHosts),
          share.createdAt,
          expiresAt,
        ])
        return { share, token }
      }),
    async revoke(projectId, id) {
      return (await database.query('DELETE FROM shares WHERE project_id = $1 AND id = $2 RETURNING id', [projectId, id])).length > 0
    },
    async find(token) {
      const [row] = await database.query(
        `SELECT shares.* FROM shares JOIN projects ON projects.id = shares.project_id
         WHERE digest = $1 AND projects.retired_at IS NULL AND (expires_at IS NULL OR expires_at > $2)`,
        [digestOf('share', token, pepper), now()],
      )
      return row === undefined ? null : { ...toShare(row), projectId: Number(row['project_id']), passwordHash: toPasswordHash(row) }
    },
    async frameHostsOf(id) {
      const [row] = await database.query('SELECT * FROM shares WHERE id = $1', [id])
      return row === undefined ? [] : toShare(row).frameHosts
    },
    passOf: ({ id, passwordHash }) => digestOf('share-pass', `${id}:${passwordHash ?? ''}`, pepper).toString('base64url'),
  }
}

function toShare(row: Row): Share {
  return {
    id: String(row['id']),
    label: String(row['label']),
    // Boundary: it was held against its schema when the link was made.
    filter: JSON.parse(String(row['filter'])) as Filter | null,
    hasPassword: toPasswordHash(row) !== null,
    frameHosts: JSON.parse(String(row['frame_hosts'])) as readonly string[],
    createdAt: Number(row['created_at']),
    expiresAt: typeof row['expires_at'] === 'number' ? row['expires_at'] : null,
  }
}

function toPasswordHash(row: Row): string | null {
  const hash = row['password_hash']
  return typeof hash === 'string' ? hash : null
}
