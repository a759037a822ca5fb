import { SettingError } from './settings.ts'

/** Where commands ask a server. Flags come first, then variables, then defaults. */
export const REMOTE_OPTIONS = {
  url: { flag: '--url', value: 'URL', variable: 'WAYSIDE_URL', fallback: 'http://127.0.0.1:4270', help: 'address of the server, with its base path' },
  key: { flag: '--key', value: 'KEY', variable: 'WAYSIDE_READ_KEY', fallback: null, help: 'a key that may read; other users of this machine see flags, not variables' },
} as const

export interface RemoteFlags {
  readonly url?: string
  readonly key?: string
}

export interface Remote {
  readonly url: string
  readonly key: string
}

/** Throws `SettingError` without a key, and says how to make one. */
export function parseRemote(flags: RemoteFlags, environment: NodeJS.ProcessEnv): Remote {
  const read = (name: keyof typeof REMOTE_OPTIONS) => flags[name] ?? nonEmpty(environment[REMOTE_OPTIONS[name].variable])
  const key = read('key')
  if (key === undefined)
    throw new SettingError('--key (WAYSIDE_READ_KEY) must be a key that may read, and there is none; `wayside keys create --kind read --project NAME` makes one')
  return { url: read('url') ?? REMOTE_OPTIONS.url.fallback, key }
}

function nonEmpty(text: string | undefined): string | undefined {
  return text === '' ? undefined : text
}
