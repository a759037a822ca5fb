import { createRemoteJWKSet, jwtVerify } from 'jose'
import {
  authorizationCodeGrant,
  buildAuthorizationUrl,
  buildEndSessionUrl,
  calculatePKCECodeChallenge,
  fetchUserInfo,
  randomNonce,
  randomPKCECodeVerifier,
  randomState,
  ResponseBodyError,
  type Configuration,
} from 'openid-client'
import type { OidcSettings } from '../config/settings.ts'
import { TIMEOUT_S, type OpenIdClient } from './open-id-client.ts'
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

const MAX_GROUPS = 1_000
const LOGOUT_EVENT = 'http://schemas.openid.net/event/backchannel-logout'
/** A logout token is used at once; clocks differ. */
const MAX_LOGOUT_AGE = '2 minutes'

export function createOpenId({ groupsClaim }: Pick<OidcSettings, 'groupsClaim'>, client: OpenIdClient): OpenId {
  /** Rejects as the provider did. One that knows the client no longer is asked to know it again at the next login. */
  async function exchange(configuration: Configuration, url: URL, { state, nonce, verifier }: OpenIdCheck) {
    try {
      return await authorizationCodeGrant(configuration, url, { expectedState: state, expectedNonce: nonce, pkceCodeVerifier: verifier, idTokenExpected: true })
    } catch (error) {
      if (error instanceof ResponseBodyError && error.error === 'invalid_client') await client.forget()
      throw error
    }
  }

  return {
    async begin(redirectUri) {
      const configuration = await client.open()
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
    async finish(url, check) {
      const configuration = await client.open()
      const tokens = await exchange(configuration, url, check)
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
      const configuration = await client.open()
      if (configuration.serverMetadata().end_session_endpoint === undefined) return null
      return buildEndSessionUrl(configuration, { post_logout_redirect_uri: backTo }).href
    },
    async readLogout(token) {
      const configuration = await client.open()
      const { issuer: iss, jwks_uri: keys } = configuration.serverMetadata()
      if (keys === undefined) throw new Error('the provider names no keys')
      const { payload } = await jwtVerify(token, createRemoteJWKSet(new URL(keys), { timeoutDuration: TIMEOUT_S * 1_000 }), {
        issuer: iss,
        audience: configuration.clientMetadata().client_id,
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
