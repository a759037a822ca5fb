import { createReadStream, existsSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join, normalize } from 'node:path'
import { PERIODS, type Overview, type Period, type Problem } from '@wayside/protocol'

/** A server that answers as a test says, for states that a real one is hard to bring into. */
export interface FixtureServer {
  readonly url: string
  /** Answers of the API; a test replaces them while the page runs. */
  readonly answers: {
    overview: (period: Period, key: string) => Overview | Refusal
    project: (key: string) => { readonly name: string; readonly keyKind: string } | Refusal
    generate: () => string | Refusal
  }
  /** Paths with their query strings, and the referrer that came with each, since the server started. */
  readonly requests: readonly { readonly url: string; readonly referer: string | undefined }[]
  close(): Promise<void>
}

export interface Refusal {
  readonly problem: Problem
}

/** The policy that the server sends with the page. */
const CSP =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
  "frame-ancestors 'none'; base-uri 'none'; form-action 'self'"

const TYPES: Readonly<Record<string, string>> = { html: 'text/html', js: 'text/javascript', css: 'text/css', svg: 'image/svg+xml' }

/** @param basePath - where the page is served, with a slash at both ends; @default `/` */
export async function startFixtureServer(
  dist: string,
  answers: FixtureServer['answers'],
  basePath = '/',
): Promise<FixtureServer> {
  const requests: { url: string; referer: string | undefined }[] = []
  const server = createServer((request, response) => {
    const target = request.url ?? '/'
    requests.push({ url: target, referer: request.headers.referer })
    const url = new URL(target, 'http://127.0.0.1')
    if (!url.pathname.startsWith(basePath)) return sendProblem(response, 404, 'Nothing is here.')
    const path = url.pathname.slice(basePath.length)
    const key = request.headers.authorization?.replace('Bearer ', '') ?? ''
    if (path === 'api/v1/overview') return send(response, answers.overview(parsePeriod(url), key))
    if (path === 'api/v1/project') return send(response, answers.project(key))
    if (path === 'api/generate' && request.method === 'POST') return send(response, answers.generate())
    sendFile(request, response, dist, path === '' ? 'index.html' : path)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo // It listens on a port, not on a pipe.
  return {
    url: `http://127.0.0.1:${port}${basePath}`,
    answers,
    requests,
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** A refusal as the server writes it. */
export function toRefusal(status: number, detail: string): Refusal {
  return { problem: { type: 'about:blank', title: 'Refused', status, detail } }
}

function parsePeriod(url: URL): Period {
  return PERIODS.find((period) => period === url.searchParams.get('period')) ?? '24h'
}

function send(response: ServerResponse, answer: unknown) {
  if (typeof answer === 'object' && answer !== null && 'problem' in answer) {
    const { problem } = answer as Refusal
    return sendProblem(response, problem.status, problem.detail)
  }
  response.setHeader('content-type', 'application/json').end(JSON.stringify(answer))
}

function sendProblem(response: ServerResponse, status: number, detail: string) {
  response.writeHead(status, { 'content-type': 'application/problem+json' })
  response.end(JSON.stringify({ type: 'about:blank', title: 'Refused', status, detail }))
}

function sendFile(request: IncomingMessage, response: ServerResponse, dist: string, path: string) {
  const file = join(dist, normalize(path))
  if (request.method !== 'GET' || !file.startsWith(dist) || !existsSync(file)) return sendProblem(response, 404, 'Nothing is here.')
  response.writeHead(200, { 'content-type': TYPES[path.split('.').at(-1) ?? ''] ?? 'text/plain', 'content-security-policy': CSP })
  createReadStream(file).pipe(response)
}
