import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { startTestServer } from '../../testing/start-test-server.ts'

const guide = readFileSync(new URL('../../../../../docs/guide/query.md', import.meta.url), 'utf8')
const blocks = (language: string) => [...guide.matchAll(new RegExp(`\`\`\`${language}\n(.*?)\`\`\``, 'gs'))].map(([, text = '']) => text)
const commands = blocks('sh').flatMap((text) => text.replaceAll('\\\n', ' ').trim().split('\n'))

/** What `curl` would send, with the words that the guide uses. */
function toRequest(command: string): { readonly path: string; readonly body: string | null } {
  const path = /http:\/\/127\.0\.0\.1:4270([^"\s]*)/.exec(command)?.[1] ?? ''
  const data = [...command.matchAll(/(?:-d|--data-urlencode) (?:'([^']*)'|(\S+))/g)].map(([, quoted, plain]) => quoted ?? plain ?? '')
  if (!command.includes(' -G ')) return { path, body: data[0] ?? null }
  return { path: `${path}?${new URLSearchParams(data.map((pair): [string, string] => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)])).toString()}`, body: null }
}

test('every example of the guide is answered', async () => {
  const server = await startTestServer()
  const key = await server.key('read')
  const post = (path: string, body: string) => server.post(path, body, { authorization: `Bearer ${key}`, 'content-type': 'application/json' })

  expect([commands.length, blocks('json').length]).toEqual([12, 3])
  for (const query of blocks('json')) expect.soft([query, (await post('/api/v1/query', query)).status]).toEqual([query, 200])
  for (const command of commands) {
    const { path, body } = toRequest(command)
    const answer = body === null ? await server.get(path, key) : await post(path, body)
    const text = await answer.text()
    expect.soft([command, answer.status], text).toEqual([command, 200])
    expect.soft(text, command).not.toContain('"status":400')
  }
})
