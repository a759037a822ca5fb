import { createHash } from 'node:crypto'
import type { FastifyPluginAsync } from 'fastify'
import type { Services } from '../../services.ts'
import { PAGE_SCRIPT } from './page-script.ts'
import { PAGE_STYLE } from './page-style.ts'
import { PAGES } from './pages.ts'

/** Serves the pages on which people log in. They need no framework, and nothing of another host. */
export const pageRoutes =
  ({ settings: { basePath, oidc } }: Services): FastifyPluginAsync =>
  async (app) => {
    const files = [
      { name: 'people.js', type: 'text/javascript; charset=utf-8', text: PAGE_SCRIPT },
      { name: 'people.css', type: 'text/css; charset=utf-8', text: PAGE_STYLE },
    ].map((file) => ({ ...file, path: `/people-${createHash('sha256').update(file.text).digest('hex').slice(0, 8)}-${file.name}` }))
    for (const { path, type, text } of files)
      app.get(path, { schema: { hide: true } }, async (_request, reply) =>
        reply.type(type).header('cache-control', 'public, max-age=31536000, immutable').send(text),
      )
    const [script, style] = files.map(({ path }) => `${basePath}${path}`)
    const ofProvider: Readonly<Record<string, string>> = oidc === null ? {} : partsOfProvider(new URL(oidc.issuer).host, basePath)
    for (const [path, { title, body }] of Object.entries(PAGES)) {
      const page = `<!doctype html>
<html lang="en" data-base="${basePath}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${title} · Wayside</title>
<link rel="stylesheet" href="${style}"><script type="module" src="${script}"></script></head>
<body><main><h1>${title}</h1>
${body}${ofProvider[path] ?? ''}
</main></body></html>
`
      app.get(path, { schema: { hide: true } }, async (_request, reply) => reply.type('text/html; charset=utf-8').send(page))
    }
  }

/** What pages have in addition where people log in with a provider. */
function partsOfProvider(host: string, basePath: string): Readonly<Record<string, string>> {
  return {
    '/login': `<p><a href="${basePath}/oidc/login">Log in with ${host}</a></p>`,
    '/account': `
<h2>${host}</h2>
<p>A log-out here leaves you logged in there.</p>
<form action="/oidc/end" data-go="continueAt"><p role="alert"></p><button>Log out of both</button></form>`,
  }
}
