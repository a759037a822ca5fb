import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { parseSettings } from '../../config/options.ts'
import { startTestServer } from '../../testing/start-test-server.ts'

const guide = readFileSync(new URL('../../../../../docs/guide/reports.md', import.meta.url), 'utf8')

test('a server with the flags of the guide answers its requests as it says', async () => {
  const [, smtpUrl = '', mailFrom = '', publicUrl = ''] = /wayside --smtp-url (\S+) --mail-from '([^']+)' --public-url (\S+)/.exec(guide) ?? []
  const { mail } = parseSettings({ smtpUrl, mailFrom, publicUrl })
  const server = await startTestServer({ mail })
  const key = await server.key('admin')
  const requests = [...guide.matchAll(/```sh\n(.*?)```/gs)].flatMap(([, text = '']) => text.replaceAll('\\\n', ' ').trim().split('\n')).map((line) => line.replaceAll('http://127.0.0.1:4270', server.url))
  expect(requests).toHaveLength(2)

  for (const request of requests) {
    const { stdout } = await promisify(execFile)('sh', ['-ec', request], { env: { PATH: process.env['PATH'], WAYSIDE_ADMIN_KEY: key } })
    expect(JSON.parse(stdout)).toEqual({
      canSend: true,
      mayChange: true,
      reports: [
        { frequency: 'daily', recipients: [] },
        { frequency: 'weekly', recipients: ['ada@example.com', 'team@example.com'] },
        { frequency: 'monthly', recipients: [] },
      ],
    })
  }
})
