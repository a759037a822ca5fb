import { ALERT_LIMITS, CHANNEL_KINDS, type Channel, type ChannelKind } from '@wayside/protocol'
import { randomBytes, randomUUID } from 'node:crypto'
import type { Database, Row } from '../database/database.ts'
import { toNumber } from './columns.ts'

/** The project has as many channels as it may. */
export class TooManyChannels extends Error {
  override readonly name = 'TooManyChannels'
}

/** A channel with what is secret about it. */
export interface OpenChannel {
  readonly id: string
  readonly projectId: number
  readonly kind: ChannelKind
  readonly name: string
  /** An e-mail address or an HTTP address, which may be a secret itself. */
  readonly address: string
  /** What webhooks are signed with. */
  readonly secret: string
}

/** Something to hand over to a channel. */
export interface Delivery {
  readonly id: number
  readonly channel: OpenChannel
  readonly body: DeliveryBody
  readonly attempts: number
}

/** What is told. */
export interface DeliveryBody {
  readonly event: 'alert.fired' | 'alert.recovered' | 'incident.opened' | 'incident.closed' | 'test'
  readonly project: string
  readonly title: string
  readonly text: string
  readonly severity: string | null
  /** Milliseconds since 1970. */
  readonly at: number
  /** The alert or the monitor that it is about. */
  readonly about: Readonly<Record<string, string | number | null>>
}

/** Where alerts are told, and what waits to be told there. */
export interface Channels {
  /** Rejects with `TooManyChannels`. The answer holds the secret, once. */
  create(projectId: number, channel: Pick<OpenChannel, 'kind' | 'name' | 'address'>): Promise<OpenChannel>
  list(projectId: number): Promise<readonly Channel[]>
  find(projectId: number, id: string): Promise<OpenChannel | null>
  /** Whether there was one. What waits for it goes too. */
  remove(projectId: number, id: string): Promise<boolean>
  /** Has something told to those of these channels that the project has. */
  enqueue(projectId: number, ids: readonly string[], body: DeliveryBody): Promise<void>
  /** Those to hand over now, the oldest first, taken for so long: of several processes, one gets each. */
  take(limit: number, forMs: number): Promise<readonly Delivery[]>
  delivered(delivery: Delivery): Promise<void>
  /** @param retryAt - milliseconds since 1970; `null` gives it up */
  failed(delivery: Delivery, problem: string, retryAt: number | null): Promise<void>
}

/** What was handed over or given up is kept for so long. */
const KEEP_MS = 7 * 86_400_000

/** @param now - milliseconds since 1970 */
export function createChannels(database: Database, now: () => number): Channels {
  return {
    create: (projectId, { kind, name, address }) =>
      database.transaction(async (statements) => {
        // Held to the end, so that of two that make the last one, one is refused.
        await statements.query('UPDATE projects SET name = name WHERE id = $1', [projectId])
        const [count] = await statements.query('SELECT COUNT(*) AS channels FROM channels WHERE project_id = $1', [projectId])
        if (Number(count?.['channels']) >= ALERT_LIMITS.channelsPerProject) throw new TooManyChannels(`a project has at most ${ALERT_LIMITS.channelsPerProject} channels`)
        const [row] = await statements.query('INSERT INTO channels (id, project_id, kind, name, address, secret, created_at, failed) VALUES ($1, $2, $3, $4, $5, $6, $7, 0) RETURNING *', [
          randomUUID(),
          projectId,
          kind,
          name,
          address,
          `whsec_${randomBytes(24).toString('base64url')}`,
          now(),
        ])
        if (row === undefined) throw new Error('the database made no channel')
        return toOpenChannel(row)
      }),
    list: async (projectId) => (await database.query('SELECT * FROM channels WHERE project_id = $1 ORDER BY created_at, id', [projectId])).map(toChannel),
    async find(projectId, id) {
      const [row] = await database.query('SELECT * FROM channels WHERE project_id = $1 AND id = $2', [projectId, id])
      return row === undefined ? null : toOpenChannel(row)
    },
    remove: async (projectId, id) => (await database.query('DELETE FROM channels WHERE project_id = $1 AND id = $2 RETURNING id', [projectId, id])).length > 0,
    enqueue: (projectId, ids, body) => database.transaction((statements) => enqueueDeliveries(statements, projectId, ids, body, now())),
    async take(limit, forMs) {
      await database.query('DELETE FROM deliveries WHERE ended_at < $1', [now() - KEEP_MS])
      const rows = await database.query(
        `UPDATE deliveries SET next_at = $1, attempts = attempts + 1
         WHERE id IN (SELECT id FROM deliveries WHERE ended_at IS NULL AND next_at <= $2 ORDER BY id LIMIT $3) AND ended_at IS NULL AND next_at <= $2 RETURNING *`,
        [now() + forMs, now(), limit],
      )
      const taken: Delivery[] = []
      for (const row of rows.toSorted((a, b) => Number(a['id']) - Number(b['id']))) {
        const channel = await this.find(Number(row['project_id']), String(row['channel_id']))
        // Boundary: it was written by `enqueueDeliveries`.
        if (channel !== null) taken.push({ id: Number(row['id']), channel, body: JSON.parse(String(row['body'])) as DeliveryBody, attempts: Number(row['attempts']) })
      }
      return taken
    },
    async delivered({ id, channel }) {
      await database.query('UPDATE deliveries SET ended_at = $2, problem = NULL WHERE id = $1', [id, now()])
      await database.query('UPDATE channels SET delivered_at = $2, problem = NULL, failed = 0 WHERE id = $1', [channel.id, now()])
    },
    async failed({ id, channel }, problem, retryAt) {
      await database.query('UPDATE deliveries SET next_at = $2, ended_at = $3, problem = $4 WHERE id = $1', [id, retryAt ?? now(), retryAt === null ? now() : null, problem])
      await database.query('UPDATE channels SET problem = $2, failed = failed + $3 WHERE id = $1', [channel.id, problem, retryAt === null ? 1 : 0])
    },
  }
}

/** As part of what is told. */
export async function enqueueDeliveries(statements: Pick<Database, 'query'>, projectId: number, ids: readonly string[], body: DeliveryBody, now: number): Promise<void> {
  for (const id of ids)
    await statements.query(
      `INSERT INTO deliveries (channel_id, project_id, body, attempts, next_at)
       SELECT id, project_id, CAST($3 AS TEXT), 0, CAST($4 AS BIGINT) FROM channels WHERE project_id = $1 AND id = $2`,
      [projectId, id, JSON.stringify(body), now],
    )
}

function toOpenChannel(row: Row): OpenChannel {
  return { id: String(row['id']), projectId: Number(row['project_id']), kind: toKind(row), name: String(row['name']), address: String(row['address']), secret: String(row['secret']) }
}

function toChannel(row: Row): Channel {
  const { id, kind, name, address } = toOpenChannel(row)
  return {
    id,
    kind,
    name,
    // The path of a webhook's address is as good as a password.
    target: kind === 'email' ? address : new URL(address).host,
    createdAt: Number(row['created_at']),
    deliveredAt: toNumber(row['delivered_at']),
    problem: row['problem'] === null ? null : String(row['problem']),
    failed: Number(row['failed']),
  }
}

function toKind(row: Row): ChannelKind {
  const kind = CHANNEL_KINDS.find((each) => each === row['kind'])
  if (kind === undefined) throw new Error(`a channel is ${JSON.stringify(row['kind'])}, which this program does not know`)
  return kind
}
