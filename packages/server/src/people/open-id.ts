import { readFileSync } from 'node:fs'
import { createRemoteJWKSet, jwtVerify } from 'jose'
import {
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  buildEndSessionUrl,
  calculatePKCECodeChallenge,
  discovery,
  fetchUserInfo,
  randomNonce,
  randomPKCECodeVerifier,
  randomState,
  type Configuration,
} from 'openid-client'
import { SettingError, type OidcSettings } from '../config/settings.ts'
import { parseEmail } from './person.ts'

/** What a login that has begun is recognised by when it comes back. The browser keeps it. */
export interface OpenIdCheck {
  readonly state: string
  readonly nonce: string
  readonly verifier: string
}

/** Whom the provider has let in. */
export interface OpenIdClaims {
  readonly issuer: string
  readonly subject: string
  /** `null` where the provider does not vouch for it. */
  readonly email: string | null
  readonly groups: readonly string[]
}

/** Logs people in with a provider of OpenID Connect, by authorization code and PKCE. */
export interface OpenId {
  /** Where to send a browser, which comes back to `redirectUri`. */
  begin(redirectUri: string): Promise<{ readonly url: string; readonly check: OpenIdCheck }>
  /** @param url - where the browser came back to, with all parameters. Rejects with what is wrong. */
  finish(url: URL, check: OpenIdCheck): Promise<OpenIdClaims>
  /** Where to send a browser to be logged out of the provider too, from where it comes back to `backTo`; `null` where the provider offers none. */
  end(backTo: string): Promise<string | null>
  /** Whom the provider has logged out, from the token that it sends. Rejects for any other text. */
  readLogout(token: string): Promise<Pick<OpenIdClaims, 'issuer' | 'subject'>>
}

const TIMEOUT_S = 10
const MAX_GROUPS = 1_000
const LOGOUT_EVENT = 'http://schemas.openid.net/event/backchannel-logout'
/** A logout token is used at once; clocks differ. */
const MAX_LOGOUT_AGE = '2 minutes'

export function createOpenId({ issuer, clientId, clientSecretPath, groupsClaim }: OidcSettings): OpenId {
  const secret = clientSecretPath === null ? undefined : readSecret(clientSecretPath)
  const execute = issuer.startsWith('http:') ? [allowInsecureRequests] : []
  let known: Promise<Configuration> | null = null
  // Asked when somebody wants to log in: a provider that is away keeps nobody from starting the server.
  const discover = (): Promise<Configuration> => {
    known ??= discovery(new URL(issuer), clientId, secret, undefined, { timeout: TIMEOUT_S, execute }).catch((error: unknown) => {
      known = null
      throw error
    })
    return known
  }

  return {
    async begin(redirectUri) {
      const configuration = await discover()
      const check = { state: randomState(), nonce: randomNonce(), verifier: randomPKCECodeVerifier() }
      const url = buildAuthorizationUrl(configuration, {
        redirect_uri: redirectUri,
        scope: 'openid email',
        state: check.state,
        nonce: check.nonce,
        code_challenge: await calculatePKCECodeChallenge(check.verifier),
        code_challenge_method: 'S256',
      })
      return { url: url.href, check }
    },
    async finish(url, { state, nonce, verifier }) {
      const configuration = await discover()
      const tokens = await authorizationCodeGrant(configuration, url, { expectedState: state, expectedNonce: nonce, pkceCodeVerifier: verifier, idTokenExpected: true })
      const token = tokens.claims()
      if (token === undefined) throw new Error('the provider sent no id token')
      // Many providers tell the address and the groups there alone.
      const more = configuration.serverMetadata().userinfo_endpoint === undefined ? {} : await fetchUserInfo(configuration, tokens.access_token, token.sub)
      const claims: Readonly<Record<string, unknown>> = { ...token, ...more }
      const { email, email_verified: isVerified } = claims
      const groups = claims[groupsClaim]
      return {
        issuer: token.iss,
        subject: token.sub,
        // Somebody who may write any address into his account would become anybody.
        email: typeof email === 'string' && isVerified === true ? parseEmail(email) : null,
        groups: Array.isArray(groups) ? groups.filter((each) => typeof each === 'string').slice(0, MAX_GROUPS) : [],
      }
    },
    async end(backTo) {
      const configuration = await discover()
      if (configuration.serverMetadata().end_session_endpoint === undefined) return null
      return buildEndSessionUrl(configuration, { post_logout_redirect_uri: backTo }).href
    },
    async readLogout(token) {
      const { issuer: iss, jwks_uri: keys } = (await discover()).serverMetadata()
      if (keys === undefined) throw new Error('the provider names no keys')
      const { payload } = await jwtVerify(token, createRemoteJWKSet(new URL(keys), { timeoutDuration: TIMEOUT_S * 1_000 }), {
        issuer: iss,
        audience: clientId,
        maxTokenAge: MAX_LOGOUT_AGE,
        requiredClaims: ['sub', 'events', 'jti'],
      })
      const { sub, events, nonce } = payload
      // An id token of the same provider is no logout token.
      if (sub === undefined || nonce !== undefined || typeof events !== 'object' || events === null || !(LOGOUT_EVENT in events)) throw new Error('this is no logout token')
      return { issuer: iss, subject: sub }
    },
  }
}

function readSecret(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim()
  } catch (cause) {
    throw new SettingError(
      `--oidc-client-secret-file (WAYSIDE_OIDC_CLIENT_SECRET_FILE) must name a file that can be read, got ${JSON.stringify(path)}: ${String(cause)}`,
      { cause },
    )
  }
}
