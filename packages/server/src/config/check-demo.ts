import { SettingError, type Settings } from './settings.ts'

/** Throws `SettingError` for a demo in a server whose other processes would not know of it. */
export function checkDemo({ demo, clickhouseUrl }: Pick<Settings, 'demo' | 'clickhouseUrl'>): void {
  if (demo && clickhouseUrl !== null)
    throw new SettingError('--demo (WAYSIDE_DEMO) goes with a server that keeps its data in its own folder: leave --clickhouse-url (WAYSIDE_CLICKHOUSE_URL) out, or start a server of its own for the demo')
}
