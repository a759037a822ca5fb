import { WaysideOptionError, describeValue } from '../option-error.ts'

/**
 * Checks a collector's address.
 * @throws WaysideOptionError for one that cannot be used; a password in it is never printed.
 */
export function parseReceiverUrl(name: string, value: unknown): URL {
  const problem = 'must be an http: or https: URL such as "https://wayside.example.com", without user, query and fragment'
  const url = typeof value === 'string' && URL.canParse(value) ? new URL(value) : null
  if (url !== null && url.username + url.password !== '')
    throw new WaysideOptionError(name, `${problem}; got one with a user for ${url.host}; keys go into apiKey`)
  const usable = url !== null && /^https?:$/.test(url.protocol) && url.search + url.hash === ''
  if (!usable) throw new WaysideOptionError(name, `${problem}; got ${describeValue(value)}`)
  return url
}
