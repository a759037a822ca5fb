import { SettingError, type Settings } from './settings.ts'

/** Throws `SettingError` for a role that only makes sense beside other processes, where these would not find each other. */
export function checkRole({ role, clickhouseUrl, databaseUrl }: Pick<Settings, 'role' | 'clickhouseUrl' | 'databaseUrl'>): void {
  if (role === 'all' || (clickhouseUrl !== null && databaseUrl !== null)) return
  const missing = [...(clickhouseUrl === null ? ['--clickhouse-url (WAYSIDE_CLICKHOUSE_URL)'] : []), ...(databaseUrl === null ? ['--database-url (WAYSIDE_DATABASE_URL)'] : [])]
  throw new SettingError(
    `--role (WAYSIDE_ROLE) must be "all" while data is in the data folder, got ${JSON.stringify(role)}: ` +
      `other processes could not reach it. Give ${missing.join(' and ')} to each process, or leave the role out`,
  )
}
