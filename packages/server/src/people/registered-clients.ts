import type { Database } from '../database/database.ts'

/** What a provider knows this server by, after the server has registered with it. */
export interface RegisteredClient {
  readonly clientId: string
  /** `null` for a client without one. */
  readonly clientSecret: string | null
  /** Milliseconds since 1970; `null` for one that stays. */
  readonly secretExpiresAt: number | null
}

/** The clients that this server has registered, by the provider and the address that people reach the server by. */
export interface RegisteredClients {
  /** `null` where none is, or its secret has expired. */
  find(issuer: string, publicUrl: string): Promise<RegisteredClient | null>
  /** Of two processes that register at the same time the first wins: resolves with the one that is kept. */
  keep(issuer: string, publicUrl: string, client: RegisteredClient): Promise<RegisteredClient>
  /** So that the next login registers again. @returns how many were known */
  forget(issuer?: string): Promise<number>
}

/** @param now - milliseconds since 1970 */
export function createRegisteredClients(database: Database, now: () => number): RegisteredClients {
  const find: RegisteredClients['find'] = async (issuer, publicUrl) => {
    const [row] = await database.query('SELECT * FROM oidc_clients WHERE issuer = $1 AND public_url = $2 AND (secret_expires_at IS NULL OR secret_expires_at > $3)', [issuer, publicUrl, now()])
    if (row === undefined) return null
    const [secret, expiresAt] = [row['client_secret'], row['secret_expires_at']]
    return { clientId: String(row['client_id']), clientSecret: typeof secret === 'string' ? secret : null, secretExpiresAt: typeof expiresAt === 'number' ? expiresAt : null }
  }

  return {
    find,
    async keep(issuer, publicUrl, client) {
      await database.query('DELETE FROM oidc_clients WHERE issuer = $1 AND public_url = $2 AND secret_expires_at <= $3', [issuer, publicUrl, now()])
      await database.query(
        'INSERT INTO oidc_clients (issuer, public_url, client_id, client_secret, secret_expires_at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (issuer, public_url) DO NOTHING',
        [issuer, publicUrl, client.clientId, client.clientSecret, client.secretExpiresAt],
      )
      return (await find(issuer, publicUrl)) ?? client
    },
    async forget(issuer) {
      const rows = await database.query('DELETE FROM oidc_clients WHERE issuer = COALESCE($1, issuer) RETURNING client_id', [issuer ?? null])
      return rows.length
    },
  }
}
