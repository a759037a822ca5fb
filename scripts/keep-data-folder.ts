// Keeps a data folder of this version of the program for the tests of later ones: `node --conditions=@wayside/source scripts/keep-data-folder.ts`,
// to be run before a release that has another schema than the one before. Its result is committed.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { DatabaseSync } from 'node:sqlite'
import { fileURLToPath } from 'node:url'
import { createLog } from '../packages/server/src/log/log.ts'
import { makeBackup } from '../packages/server/src/backup/make-backup.ts'
import { restoreBackup } from '../packages/server/src/backup/restore-backup.ts'
import { openRegistry } from '../packages/server/src/registry/open-registry.ts'
import { startServer } from '../packages/server/src/start-server.ts'
import { sampleBatch } from '../packages/server/src/testing/sample-batch.ts'
import { SAMPLE_TIME, sampleEvents } from '../packages/server/src/testing/sample.ts'

const FOLDERS = fileURLToPath(new URL('../packages/server/test/data-folders', import.meta.url))
const EVENTS = 40

const folder = mkdtempSync(join(tmpdir(), 'wayside-keep-'))
try {
  const [data, backup, kept] = [join(folder, 'data'), join(folder, 'backup'), join(folder, 'kept')]
  const server = await startServer({ data, port: 0, now: () => SAMPLE_TIME, log: createLog('error', (line) => process.stderr.write(line)) })
  const registry = await openRegistry({ data })
  const project = await registry.createProject({ name: 'shop' })
  const [{ key }, old] = [await registry.createKey(project.id, 'combined'), await registry.createProject({ name: 'old' })]
  const { key: oldKey } = await registry.createKey(old.id, 'combined')
  await registry.close()
  const send = async (firstSeq: number) => {
    const answer = await fetch(`${server.url}/api/v1/events`, { method: 'POST', body: JSON.stringify(sampleBatch(sampleEvents(EVENTS / 2, firstSeq))), headers: { authorization: `Bearer ${key}` } })
    if (!answer.ok) throw new Error(await answer.text())
    await server.drain()
  }
  await send(1)
  // A removal makes a snapshot: a half of the events is in files of days, the other one in the journal alone.
  await fetch(`${server.url}/api/delete`, { method: 'POST', headers: { 'x-auth-token': oldKey } })
  await send(1 + EVENTS / 2)
  await makeBackup({ settings: { data, databaseUrl: null, clickhouseUrl: null, keyPepperPath: null }, to: backup, say: console.error })
  await server.close()
  await restoreBackup({ from: backup, data: kept })
  writeFileSync(join(kept, 'expected.json'), JSON.stringify({ key, requests: EVENTS }))
  const tables = new DatabaseSync(join(kept, 'registry.sqlite'))
  const version = Number(tables.prepare('PRAGMA user_version').get()?.['user_version'])
  tables.close()
  const path = join(FOLDERS, `tables-${String(version).padStart(3, '0')}.tar.gz`)
  const { status } = spawnSync('tar', ['--create', '--gzip', '--file', path, '--directory', kept, '.'], { stdio: 'inherit' })
  if (status !== 0) throw new Error('tar failed')
  console.log(path)
} finally {
  rmSync(folder, { recursive: true, force: true })
}
