import type { TestServer } from './start-test-server.ts'

/** Calls a server as a page of it does in a browser: with cookies, and saying where it comes from. */
export interface TestBrowser {
  /** @param body - sent as JSON */
  call(method: string, path: string, body?: unknown, headers?: Readonly<Record<string, string>>): Promise<{ readonly status: number; readonly body: Record<string, unknown>; readonly headers: Headers }>
  /** Names and values of what it holds. */
  readonly cookies: Map<string, string>
}

export function openBrowser(server: Pick<TestServer, 'url'>): TestBrowser {
  const cookies = new Map<string, string>()
  const { origin } = new URL(server.url)
  return {
    cookies,
    async call(method, path, body, headers = {}) {
      const response = await fetch(`${server.url}${path}`, {
        method,
        redirect: 'manual',
        headers: {
          origin,
          cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; '),
          ...(body !== undefined && { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      })
      for (const line of response.headers.getSetCookie()) keep(cookies, line)
      const text = await response.text()
      return { status: response.status, headers: response.headers, body: text.startsWith('{') ? (JSON.parse(text) as Record<string, unknown>) : { text } }
    },
  }
}

/** The password of everyone in tests. */
export const PASSWORD = 'correct horse battery'

/** A browser in which the first owner has set up the server and is logged in. */
export async function openAsOwner(server: Pick<TestServer, 'url' | 'setUpUrl'>, email = 'ada@example.org'): Promise<TestBrowser> {
  const browser = openBrowser(server)
  const token = new URL(server.setUpUrl ?? '').hash.slice(1)
  const { status, body } = await browser.call('POST', '/api/v1/setup', { token, email, password: PASSWORD })
  if (status !== 200) throw new Error(`the set-up failed: ${JSON.stringify(body)}`)
  return browser
}

/** Somebody whom an owner has invited, who has chosen a password and is logged in. */
export async function openAsInvited(server: Pick<TestServer, 'url'>, owner: TestBrowser, email: string, role: string): Promise<TestBrowser & { readonly id: number }> {
  const { body } = await owner.call('POST', '/api/v1/people', { email, role })
  const browser = openBrowser(server)
  const token = String(body['link']).split('#')[1]
  await browser.call('POST', '/api/v1/password', { token, password: PASSWORD })
  const { status } = await browser.call('POST', '/api/v1/login', { email, password: PASSWORD })
  if (status !== 200) throw new Error(`the login of ${email} failed: ${JSON.stringify(body)}`)
  return { ...browser, id: Number((body['person'] as { id?: number } | undefined)?.id) }
}

function keep(cookies: Map<string, string>, line: string): void {
  const [pair = ''] = line.split(';')
  const at = pair.indexOf('=')
  if (/max-age=0\b/i.test(line)) cookies.delete(pair.slice(0, at))
  else cookies.set(pair.slice(0, at), pair.slice(at + 1))
}
