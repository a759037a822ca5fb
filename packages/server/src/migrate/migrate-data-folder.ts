import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { SettingError, type Settings } from '../config/settings.ts'
import { copyTables } from '../database/copy-tables.ts'
import { openSqliteDatabase } from '../database/sqlite-database.ts'
import { lockFolder } from '../journal/folder-lock.ts'
import { openJournalOwner } from '../journal/journal-owner.ts'
import { addRange } from '../ledger/interval-set.ts'
import { openIntake } from '../receive/open-intake.ts'
import { createClaims, type SeqsOfProducer } from '../registry/claims.ts'
import { createRegistry } from '../registry/create-registry.ts'
import { openTables } from '../registry/open-registry.ts'
import { openEmbeddedStore, openStore } from '../store/open-store.ts'
import type { EmbeddedStore, StoredLedger } from '../store/store.ts'
import { migrateStore, type Migrated } from './migrate-store.ts'

/** Moves a data folder, on which no server runs, to where its settings say. */
export async function migrateDataFolder(settings: Settings & { readonly clickhouseUrl: string }, say: (text: string) => void): Promise<Migrated> {
  const { data, databaseUrl, clickhouseUrl, clickhouseDatabase, clickhouseCluster } = settings
  if (!existsSync(join(data, 'registry.sqlite'))) throw new SettingError(`--data (WAYSIDE_DATA) must name a folder that a server has used, got ${JSON.stringify(data)}`)
  const lock = await lockFolder(data)
  try {
    const source = await openEmbeddedStore({ engine: 'duckdb', dataDir: data, warn: say })
    try {
      await loadJournal(data, source, say)
      const projectIds = await readProjectIds(data)
      if (databaseUrl !== null) await moveTables(settings, await source.ledger(), say)
      const journal = { owner: openJournalOwner(data), number: 0 }
      const target = await openStore({ engine: 'clickhouse', url: clickhouseUrl, database: clickhouseDatabase, cluster: clickhouseCluster, journal })
      try {
        const targetName = `${new URL(clickhouseUrl).host}/${clickhouseDatabase}`
        const migrated = await migrateStore({ dataDir: data, source, target, targetName, projectIds, onProgress: (moved, of) => say(`moved ${moved} of ${of} events to ${targetName}`) })
        say(`moved ${migrated.events} events to ${targetName}. From now on start the server with the same --clickhouse-url; it is the data of ${data} that counts no longer.`)
        return migrated
      } finally {
        await target.close()
      }
    } finally {
      await source.close()
    }
  } finally {
    await lock.release()
  }
}

async function readProjectIds(dataDir: string): Promise<readonly number[]> {
  const registry = createRegistry(await openSqliteDatabase(join(dataDir, 'registry.sqlite')), Buffer.alloc(0))
  try {
    return (await registry.projects()).map(({ id }) => id)
  } finally {
    await registry.close()
  }
}

/** Projects and their neighbours, and what was taken: no other server that comes to help takes it again. */
async function moveTables(settings: Settings, ledger: StoredLedger, say: (text: string) => void): Promise<void> {
  const sqlite = await openSqliteDatabase(join(settings.data, 'registry.sqlite'))
  try {
    const { database: postgres } = await openTables(settings)
    try {
      const rows = await copyTables(sqlite, postgres)
      say(rows === 0 ? 'projects, keys and people are in PostgreSQL already' : `copied ${rows} rows of projects, keys and people to PostgreSQL`)
      const claims = createClaims(postgres)
      const owner = openJournalOwner(settings.data)
      await claims.claim(owner, 0, toTaken(ledger))
      await claims.confirm(owner, 0)
    } finally {
      await postgres.close()
    }
  } finally {
    await sqlite.close()
  }
}

function toTaken({ intervals }: StoredLedger): readonly SeqsOfProducer[] {
  const taken = new Map<string, SeqsOfProducer>()
  for (const { projectId, producerId, from, to } of intervals) {
    const name = `${projectId}:${producerId}`
    taken.set(name, { projectId, producerId, ranges: addRange(taken.get(name)?.ranges ?? [], { from, to }) })
  }
  return [...taken.values()]
}

/** What was acknowledged last may be in the journal alone. */
async function loadJournal(dataDir: string, store: EmbeddedStore, warn: (text: string) => void): Promise<void> {
  const intake = await openIntake({ dataDir, store, warn })
  await intake.loader.drain()
  await intake.close()
}
