import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Provider } from 'oidc-provider'
import { onTestFinished } from 'vitest'

/** Somebody whom a provider knows. */
export interface Account {
  readonly email: string
  readonly email_verified: boolean
  readonly groups?: readonly string[]
}

/** A provider of OpenID Connect that ends with the test. */
export interface TestProvider {
  readonly issuer: string
  /** By subject; a test may change them. */
  readonly accounts: Map<string, Account>
  /** Ends what the provider holds of a browser, as a log-out there does. @param clientId - whom it tells */
  logOut(clientId?: string): Promise<void>
  /** The provider knows a client no longer. */
  forgetClient(clientId: string): Promise<void>
}

export const CLIENT_ID = 'wayside'
export const CLIENT_SECRET = 'a secret of the client, which is long enough'

export interface ProviderOptions {
  /** What it asks of servers that register themselves; `null` where they may without. @default none may */
  readonly registrationToken?: string | null
}

/** @param serverUrl - of the server that people log in to; asked when the first one does */
export async function startProvider(serverUrl: () => string, options: ProviderOptions = {}): Promise<TestProvider> {
  const accounts = new Map<string, Account>()
  const http = createServer()
  http.listen(0, '127.0.0.1')
  await once(http, 'listening')
  const issuer = `http://127.0.0.1:${(http.address() as AddressInfo).port}`
  let provider: Provider | null = null
  // Made late: it is told the address of a server that is started with its own.
  const open = (): Provider => (provider ??= createProvider(issuer, serverUrl(), accounts, options))
  http.on('request', (request, response) => void open().callback()(request, response))
  onTestFinished(() => http.close().closeAllConnections())
  return {
    issuer,
    accounts,
    async logOut(clientId = CLIENT_ID) {
      const client = await open().Client.find(clientId)
      for (const subject of accounts.keys()) await Reflect.get(client ?? {}, 'backchannelLogout').call(client, subject, 'sid')
    },
    // The adapter of clients is no part of what its types tell.
    forgetClient: async (clientId) => Reflect.get(open().Client, 'adapter').destroy(clientId),
  }
}

function createProvider(issuer: string, serverUrl: string, accounts: ReadonlyMap<string, Account>, { registrationToken }: ProviderOptions): Provider {
  return new Provider(issuer, {
    clients: [
      {
        client_id: CLIENT_ID,
        client_secret: CLIENT_SECRET,
        token_endpoint_auth_method: 'client_secret_post',
        redirect_uris: [`${serverUrl}/oidc/callback`],
        post_logout_redirect_uris: [`${serverUrl}/login`],
        backchannel_logout_uri: `${serverUrl}/oidc/logout`,
      },
    ],
    claims: { openid: ['sub'], email: ['email', 'email_verified', 'groups'] },
    // Its own refuses to call this machine.
    fetch: (url, { method, headers, body } = {}) => fetch(url, { ...(method && { method }), ...(headers && { headers }), ...(body && { body }) }),
    pkce: { required: () => true },
    features: { backchannelLogout: { enabled: true }, registration: { enabled: registrationToken !== undefined, initialAccessToken: registrationToken ?? false } },
    findAccount: (_context, sub) => {
      const account = accounts.get(sub)
      return account === undefined ? undefined : { accountId: sub, claims: () => ({ sub, ...account }) }
    },
  })
}
