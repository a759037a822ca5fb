import type { LogLevel } from '../log/log.ts'
import type { Role } from '../people/person.ts'
import type { ServerRole } from './roles.ts'

/** Everything that an operator can decide, checked. */
export interface Settings {
  /** Folder of all data; made when absent. @default './wayside-data' */
  readonly data: string
  /**
   * PostgreSQL database of projects and keys, such as `postgres://user:password@host:5432/wayside`; `null` keeps them in
   * the data folder. @default null
   */
  readonly databaseUrl: string | null
  /**
   * ClickHouse that events are kept in, such as `http://user:password@host:8123`; `null` keeps them in the data folder.
   * @default null
   */
  readonly clickhouseUrl: string | null
  /** Database of ClickHouse, made when absent. @default 'wayside' */
  readonly clickhouseDatabase: string
  /** Cluster of ClickHouse's configuration over which tables are made; `null` for one node. @default null */
  readonly clickhouseCluster: string | null
  /** File of the secret that key digests are made with; `null` takes `key-pepper` in the data folder, made when absent. @default null */
  readonly keyPepperPath: string | null
  /** Address to listen on. @default '127.0.0.1' */
  readonly host: string
  /** 0 to 65535; 0 takes a free one. @default 4270 */
  readonly port: number
  /** Which part of the server this process is; one other than `all` needs ClickHouse and PostgreSQL. @default 'all' */
  readonly role: ServerRole
  /** Whether anyone who reaches the server may make a project and its key. On loopback it is always so. @default false */
  readonly openKeys: boolean
  /** Whether a project of made-up requests is kept that everybody may look at, at `/dashboard/demo`. @default false */
  readonly demo: boolean
  /** E-mail address of the first owner, made when the server starts and there is nobody; `null` makes a link for one. @default null */
  readonly adminEmail: string | null
  /** File of the first owner's password; goes with `adminEmail`. @default null */
  readonly adminPasswordPath: string | null
  /** OpenID Connect provider that people may log in with; `null` for passwords alone. @default null */
  readonly oidc: OidcSettings | null
  /** Path that all addresses begin with, such as `/analytics`; empty for none. @default '' */
  readonly basePath: string
  /** Proxies whose forwarded headers are believed: IP addresses and networks. @default [] */
  readonly trustProxy: readonly string[]
  /** Files of the certificate chain and its key, PEM; `null` serves plain HTTP. @default null */
  readonly tls: { readonly certPath: string; readonly keyPath: string } | null
  /**
   * Which patterns recognise user agents: a reduced set, all that uap-core has, or those of a file in its form.
   * @default 'reduced'
   */
  readonly userAgents: 'reduced' | 'full' | { readonly path: string }
  /** File of a country database in MaxMind's format; `null` takes the one that comes with the server. @default null */
  readonly countryDatabase: string | null
  /** Bytes that the journal may take before senders are told to wait. @default 2147483648 (2 GiB) */
  readonly journalMaxBytes: number
  /** Bytes that must stay free on the data folder's disk; below, senders are told to wait. @default 268435456 (256 MiB) */
  readonly minFreeBytes: number
  /** Events a second that one key may send, over ten seconds. @default 50000 */
  readonly keyEventsPerSecond: number
  /** Bytes a second of request bodies that one key may send, over ten seconds. @default 33554432 (32 MiB) */
  readonly keyBytesPerSecond: number
  /** What a question to the event database may take, 1,000 to 300,000 ms; in the data folder a watched one may take longer. @default 60000 */
  readonly questionTimeoutMs: number
  /** How e-mail is sent, and where links in it lead; `null` sends none. @default null */
  readonly mail: MailSettings | null
  /** Folder of exported files, which several servers may share; `null` takes `exports` in the data folder. @default null */
  readonly exportDir: string | null
  /** Days that exported files are kept. @default 30 */
  readonly exportDays: number
  /** Bytes that exported files may take together. @default 10737418240 (10 GiB) */
  readonly exportMaxBytes: number
  /** Days without an event, a question or a visit after which a project is removed, 60 and more; `null` for never. @default 184, six months */
  readonly idleDays: number | null
  /** Private addresses, networks and host names that monitors may reach all the same. @default [] */
  readonly privateTargets: readonly string[]
  /** File of the token that `/metrics` asks for; `null` for no such address. @default null */
  readonly metricsTokenPath: string | null
  /** @default 'info' */
  readonly logLevel: LogLevel
}

/** How e-mail is sent. */
export interface MailSettings {
  /** Such as `smtp://user:password@host:587` and `smtps://host`. */
  readonly smtpUrl: string
  /** Such as `Wayside <wayside@example.com>`. */
  readonly from: string
  /** The address that people reach this server by, with its base path and no slash at the end. */
  readonly publicUrl: string
}

/** What a provider knows this server by: a client that somebody has registered, or one that the server registers itself. */
export type OidcClientSettings =
  | {
      readonly kind: 'given'
      readonly id: string
      /** File of the client's secret; `null` for a client without one. */
      readonly secretPath: string | null
    }
  | {
      readonly kind: 'registered'
      /** The address that people reach this server by, with its base path and no slash at the end: the provider sends them back there. */
      readonly publicUrl: string
      /** File of the token that the provider asks of who registers; `null` where it asks for none. */
      readonly tokenPath: string | null
    }

/** A provider of OpenID Connect, and what it says of people. */
export interface OidcSettings {
  /** HTTPS, or HTTP on loopback. */
  readonly issuer: string
  readonly client: OidcClientSettings
  /** Name of the claim with a person's groups. */
  readonly groupsClaim: string
  /** Roles by group. Empty: people have the roles that they were invited with, and nobody else gets in. */
  readonly roles: ReadonlyMap<string, Role>
}

export const MIB = 1024 * 1024

/** What holds where an operator says nothing. */
export const DEFAULTS: Settings = Object.freeze({
  data: './wayside-data',
  databaseUrl: null,
  clickhouseUrl: null,
  clickhouseDatabase: 'wayside',
  clickhouseCluster: null,
  keyPepperPath: null,
  host: '127.0.0.1',
  port: 4270,
  role: 'all',
  openKeys: false,
  demo: false,
  adminEmail: null,
  adminPasswordPath: null,
  oidc: null,
  basePath: '',
  trustProxy: [],
  tls: null,
  userAgents: 'reduced',
  countryDatabase: null,
  journalMaxBytes: 2_048 * MIB,
  minFreeBytes: 256 * MIB,
  keyEventsPerSecond: 50_000,
  keyBytesPerSecond: 32 * MIB,
  questionTimeoutMs: 60_000,
  mail: null,
  exportDir: null,
  exportDays: 30,
  exportMaxBytes: 10_240 * MIB,
  idleDays: 184,
  privateTargets: [],
  metricsTokenPath: null,
  logLevel: 'info',
})

/** A setting that has no meaning; the message names it, shows its value and says what is allowed. */
export class SettingError extends Error {
  override readonly name = 'SettingError'
  /** Which one, as the table of settings names it; `null` where it is none of that table, or several. */
  readonly option: string | null

  constructor(message: string, { option = null, ...options }: ErrorOptions & { readonly option?: string | null } = {}) {
    super(message, options)
    this.option = option
  }
}
