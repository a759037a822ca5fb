import { readFileSync } from 'node:fs'
import { allowInsecureRequests, ClientSecretPost, discovery, dynamicClientRegistration, None, type Configuration } from 'openid-client'
import { SettingError, type OidcSettings } from '../config/settings.ts'
import type { RegisteredClient, RegisteredClients } from './registered-clients.ts'

/** How this server is known to a provider, and what the provider says of itself. */
export interface OpenIdClient {
  /** Asks the provider when it is called first, and again when that failed. */
  open(): Promise<Configuration>
  /** The provider does not know the client any more: one that was registered by this server is registered anew with the next call. */
  forget(): Promise<void>
}

export const TIMEOUT_S = 10

export function createOpenIdClient(settings: OidcSettings, clients: RegisteredClients): OpenIdClient {
  const { issuer, client } = settings
  const server = new URL(issuer)
  const options = { timeout: TIMEOUT_S, execute: issuer.startsWith('http:') ? [allowInsecureRequests] : [] }
  const secret = client.kind === 'given' && client.secretPath !== null ? readSecret('--oidc-client-secret-file (WAYSIDE_OIDC_CLIENT_SECRET_FILE)', client.secretPath) : undefined
  const initialAccessToken = client.kind === 'registered' && client.tokenPath !== null ? readSecret('--oidc-registration-token-file (WAYSIDE_OIDC_REGISTRATION_TOKEN_FILE)', client.tokenPath) : undefined
  let known: Promise<Configuration> | null = null

  async function register(publicUrl: string): Promise<RegisteredClient> {
    const configuration = await dynamicClientRegistration(
      server,
      {
        client_name: 'Wayside',
        redirect_uris: [`${publicUrl}/oidc/callback`],
        post_logout_redirect_uris: [`${publicUrl}/login`],
        backchannel_logout_uri: `${publicUrl}/oidc/logout`,
        grant_types: ['authorization_code'],
        response_types: ['code'],
        token_endpoint_auth_method: 'client_secret_post',
      },
      undefined,
      { ...options, ...(initialAccessToken !== undefined && { initialAccessToken }) },
    )
    const { client_id: clientId, client_secret: clientSecret = null, client_secret_expires_at: expiresAt } = configuration.clientMetadata()
    // Zero says never.
    return { clientId, clientSecret, secretExpiresAt: typeof expiresAt === 'number' && expiresAt > 0 ? expiresAt * 1_000 : null }
  }

  async function findOrRegister(publicUrl: string): Promise<Configuration> {
    const { clientId, clientSecret } = (await clients.find(issuer, publicUrl)) ?? (await clients.keep(issuer, publicUrl, await register(publicUrl)))
    return discovery(server, clientId, undefined, clientSecret === null ? None() : ClientSecretPost(clientSecret), options)
  }

  return {
    // Asked when somebody wants to log in: a provider that is away keeps nobody from starting the server.
    open() {
      known ??= (client.kind === 'given' ? discovery(server, client.id, secret, undefined, options) : findOrRegister(client.publicUrl)).catch((error: unknown) => {
        known = null
        throw error
      })
      return known
    },
    async forget() {
      if (client.kind === 'given') return
      known = null
      await clients.forget(issuer)
    },
  }
}

function readSecret(option: string, path: string): string {
  try {
    return readFileSync(path, 'utf8').trim()
  } catch (cause) {
    throw new SettingError(`${option} must name a file that can be read, got ${JSON.stringify(path)}: ${String(cause)}`, { cause })
  }
}
