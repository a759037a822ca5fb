import { WaysideOptionError } from '../option-error.ts'
import type { Proxy } from './receiver.ts'

/**
 * Checks a proxy's address; `proxy.example:3128` is read as `http:`, as it is customary.
 * @throws WaysideOptionError for one that cannot be used; it is never printed whole, as it may hold a password.
 */
export function parseProxy(name: string, value: unknown): Proxy {
  const text = typeof value !== 'string' ? '' : value.includes('://') ? value : `http://${value}`
  const url = URL.canParse(text) ? new URL(text) : null
  if (url === null || !/^https?:$/.test(url.protocol) || url.hostname === '') {
    const seen = typeof value === 'string' ? `"${text.replace(/\/\/.*@/, '//***@').slice(0, 100)}"` : `a value of type ${typeof value}`
    throw new WaysideOptionError(name, `must be an http: or https: URL such as "http://proxy.example:3128", got ${seen}; proxy: false goes without one`)
  }
  return { url: new URL(url.origin), authorization: basicAuthorization(name, url) }
}

function basicAuthorization(name: string, { username, password }: URL): string | null {
  if (username + password === '') return null
  try {
    return `Basic ${Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`).toString('base64')}`
  } catch (error) {
    throw new WaysideOptionError(name, 'has a user or a password with a broken % escape', error)
  }
}
