import { homedir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import type { ProxyVariables } from './receivers/environment-proxy.ts'

/** What the process environment says about Wayside; `undefined` where it says nothing. */
export interface Environment extends ProxyVariables {
  /** `WAYSIDE_API_KEY` */
  readonly apiKey: string | undefined
  /** `WAYSIDE_URL` */
  readonly serverUrl: string | undefined
  /** `WAYSIDE_RECEIVERS` */
  readonly receivers: string | undefined
  /** `WAYSIDE_ALLOW_CLEARTEXT` */
  readonly allowCleartext: string | undefined
  /** `WAYSIDE_SPOOL` */
  readonly spool: string | undefined
  /** `WAYSIDE_SPOOL_FOLDER` */
  readonly spoolFolder: string | undefined
  /** Where this user's programs keep what should outlive them. */
  readonly stateFolder: string | undefined
  /** `WAYSIDE_ENABLED` */
  readonly enabled: string | undefined
  /** `WAYSIDE_ENVIRONMENT`, else `NODE_ENV` */
  readonly environment: string | undefined
  /** `WAYSIDE_SERVICE` */
  readonly service: string | undefined
  /** `WAYSIDE_SERVICE_VERSION` */
  readonly serviceVersion: string | undefined
  /** `WAYSIDE_INSTANCE` */
  readonly instance: string | undefined
  /** `NODE_ENV` is `production`. */
  readonly production: boolean
}

/** The folder to which the files of errors are told relative; empty when it was removed under the process. */
export function readWorkingDirectory(): string {
  try {
    return process.cwd()
  } catch {
    return ''
  }
}

/** Reads the environment variables that stand in for options. An empty variable counts as absent. */
export function readEnvironment(variables: Readonly<Record<string, string | undefined>> = process.env): Environment {
  const read = (name: string) => variables[name]?.trim() || undefined
  return {
    apiKey: read('WAYSIDE_API_KEY'),
    serverUrl: read('WAYSIDE_URL'),
    receivers: read('WAYSIDE_RECEIVERS'),
    allowCleartext: read('WAYSIDE_ALLOW_CLEARTEXT'),
    spool: read('WAYSIDE_SPOOL'),
    spoolFolder: read('WAYSIDE_SPOOL_FOLDER'),
    stateFolder: read('XDG_STATE_HOME') ?? read('LOCALAPPDATA') ?? readStateFolder(),
    enabled: read('WAYSIDE_ENABLED'),
    environment: read('WAYSIDE_ENVIRONMENT') ?? read('NODE_ENV'),
    service: read('WAYSIDE_SERVICE'),
    serviceVersion: read('WAYSIDE_SERVICE_VERSION'),
    instance: read('WAYSIDE_INSTANCE'),
    production: read('NODE_ENV') === 'production',
    httpsProxy: read('https_proxy') ?? read('HTTPS_PROXY'),
    httpProxy: read('http_proxy') ?? read('HTTP_PROXY'),
    noProxy: read('no_proxy') ?? read('NO_PROXY'),
  }
}

function readStateFolder(): string | undefined {
  try {
    return join(homedir(), '.local', 'state')
  } catch {
    return undefined // A user without an entry in the system's list of users, as in some containers.
  }
}
