import { SettingError } from './settings.ts'

/** What a command is told of the server that it asks. */
export interface RemoteOption {
  readonly flag: string
  readonly value: string
  readonly variable: string
  readonly fallback: string | null
  readonly help: string
}

/** The key that a command needs. */
export interface RemoteKeyOption extends RemoteOption {
  /** Of the key that `wayside keys create` makes for it. */
  readonly kind: 'read' | 'admin'
  /** What it must be able to do, in words. */
  readonly ability: string
}

const NOT_HIDDEN = 'other users of this machine see flags, not variables'

/** Where commands ask a server. Flags come first, then variables, then defaults. */
export const SERVER_ADDRESS: RemoteOption & { readonly fallback: string } = { flag: '--url', value: 'URL', variable: 'WAYSIDE_URL', fallback: 'http://127.0.0.1:4270', help: 'address of the server, with its base path' }
export const READ_KEY: RemoteKeyOption = { flag: '--key', value: 'KEY', variable: 'WAYSIDE_READ_KEY', fallback: null, help: `a key that may read; ${NOT_HIDDEN}`, kind: 'read', ability: 'read' }
export const ADMIN_KEY: RemoteKeyOption = { flag: '--key', value: 'KEY', variable: 'WAYSIDE_ADMIN_KEY', fallback: null, help: `a key that may remove data; ${NOT_HIDDEN}`, kind: 'admin', ability: 'remove data' }

export interface RemoteFlags {
  readonly url?: string
  readonly key?: string
}

export interface Remote {
  readonly url: string
  readonly key: string
}

/** Throws `SettingError` without a key, and says how to make one. */
export function parseRemote(flags: RemoteFlags, environment: NodeJS.ProcessEnv, keyOption: RemoteKeyOption): Remote {
  const key = flags.key ?? nonEmpty(environment[keyOption.variable])
  if (key === undefined) throw new SettingError(`${toKeyRule(keyOption)}, and there is none; \`wayside keys create --kind ${keyOption.kind} --project NAME\` makes one`)
  return { url: flags.url ?? nonEmpty(environment[SERVER_ADDRESS.variable]) ?? SERVER_ADDRESS.fallback, key }
}

/** What a key must be, as messages begin. */
export function toKeyRule({ flag, variable, ability }: RemoteKeyOption): string {
  return `${flag} (${variable}) must be a key that may ${ability}`
}

function nonEmpty(text: string | undefined): string | undefined {
  return text === '' ? undefined : text
}
