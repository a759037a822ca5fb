import { execFile } from 'node:child_process'
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'
import { readSettings } from '../src/config/config.ts'
import { sampleBatch } from '../src/testing/sample-batch.ts'
import { sampleEvents } from '../src/testing/sample.ts'
import { startTestServer } from '../src/testing/start-test-server.ts'

const MAIN = fileURLToPath(new URL('../src/cli/main.ts', import.meta.url))

/** What a guide shows in blocks of a language. */
function blocksOf(guide: string, language: string): readonly string[] {
  const text = readFileSync(new URL(`../../../docs/guide/${guide}`, import.meta.url), 'utf8')
  return [...text.matchAll(new RegExp(`\`\`\`${language}\\n(.*?)\`\`\``, 'gs'))].map(([, code = '']) => code)
}

function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'wayside-guide-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

test('every command of the page about operating runs as it stands there, beside a server, and what it restores answers', async () => {
  const folder = makeFolder()
  const server = await startTestServer()
  const read = await server.key('read')
  await server.deliver(sampleBatch(sampleEvents(12).map((event) => ({ ...event, time: Date.now() }))), await server.key('ingest'))
  writeFileSync(join(folder, 'wayside'), `#!/bin/sh\nexec '${process.execPath}' --no-warnings --conditions=@wayside/source '${MAIN}' "$@"\n`)
  chmodSync(join(folder, 'wayside'), 0o755)
  const env = { PATH: `${folder}:${process.env['PATH'] ?? ''}` }

  const blocks = blocksOf('operating.md', 'sh')
  expect(blocks).toHaveLength(4)
  for (const block of blocks) {
    const script = block.replaceAll('/var/lib/wayside-restored', join(folder, 'restored')).replaceAll('/var/lib/wayside', server.dataDir).replaceAll('/backups', join(folder, 'backups'))
    await promisify(execFile)('sh', ['-eu', '-c', script], { env })
  }

  await server.stop()
  const restored = await startTestServer({ data: join(folder, 'restored') })
  await restored.drain()
  expect(await (await restored.get('/api/v1/overview', read)).json()).toMatchObject({ totals: { requests: 12 } })
})

test('the configuration file of the page about the server has a meaning', () => {
  const [block = ''] = blocksOf('server.md', 'ini')
  const config = join(makeFolder(), 'wayside.conf')
  writeFileSync(config, block)

  expect(readSettings({ config }, {})).toMatchObject({ data: '/var/lib/wayside', host: '::', trustProxy: ['127.0.0.1'], mail: { publicUrl: 'https://wayside.example.com' } })
})
