import { isIP } from 'node:net'
import { LOG_LEVELS } from '../log/log.ts'
import { MAX_RETENTION_DAYS } from '../registry/project-input.ts'
import { ROLES, type Role } from '../people/person.ts'
import { SERVER_ROLES, type ServerRole } from './roles.ts'
import { DEFAULTS, MIB, SettingError, type OidcClientSettings, type Settings } from './settings.ts'

/** One setting as operators write it: a flag of `wayside serve` or an environment variable, always as text. */
export interface ServeOption {
  readonly flag: string
  /** Placeholder of the flag's value; `null` for a flag that takes none. */
  readonly value: string | null
  readonly variable: string
  readonly help: string
  readonly fallback: string | null
}

const DEFAULT_GROUPS_CLAIM = 'groups'
/** People are told thirty days before, and a project must have rested for as long by then. */
const MIN_IDLE_DAYS = 60
/** As long as a request to ClickHouse may take. */
const MAX_QUESTION_SECONDS = 300

/** The one table of settings: flags, variables, help texts and documentation come from it. */
export const SERVE_OPTIONS = {
  config: {
    flag: '--config',
    value: 'FILE',
    variable: 'WAYSIDE_CONFIG',
    help: 'file with settings, one `name = value` a line, named as flags are without their dashes',
    fallback: null,
  },
  data: {
    flag: '--data',
    value: 'DIR',
    variable: 'WAYSIDE_DATA',
    help: 'folder of all data, made when absent',
    fallback: DEFAULTS.data,
  },
  databaseUrl: {
    flag: '--database-url',
    value: 'URL',
    variable: 'WAYSIDE_DATABASE_URL',
    help: 'PostgreSQL database of projects and keys, postgres://user:password@host:5432/wayside, in place of a file in the data folder',
    fallback: null,
  },
  clickhouseUrl: {
    flag: '--clickhouse-url',
    value: 'URL',
    variable: 'WAYSIDE_CLICKHOUSE_URL',
    help: 'ClickHouse that events are kept in, http://user:password@host:8123, in place of files in the data folder',
    fallback: null,
  },
  clickhouseDatabase: {
    flag: '--clickhouse-database',
    value: 'NAME',
    variable: 'WAYSIDE_CLICKHOUSE_DATABASE',
    help: 'database of ClickHouse, made when absent',
    fallback: DEFAULTS.clickhouseDatabase,
  },
  clickhouseCluster: {
    flag: '--clickhouse-cluster',
    value: 'NAME',
    variable: 'WAYSIDE_CLICKHOUSE_CLUSTER',
    help: "cluster of ClickHouse's configuration over which tables are made",
    fallback: null,
  },
  keyPepperFile: {
    flag: '--key-pepper-file',
    value: 'FILE',
    variable: 'WAYSIDE_KEY_PEPPER_FILE',
    help: 'secret of 32 bytes that key digests are made with, in place of key-pepper in the data folder',
    fallback: null,
  },
  port: {
    flag: '--port',
    value: 'N',
    variable: 'WAYSIDE_PORT',
    help: 'port to listen on; 0 takes a free one',
    fallback: String(DEFAULTS.port),
  },
  host: {
    flag: '--host',
    value: 'H',
    variable: 'WAYSIDE_HOST',
    help: 'address to listen on; 0.0.0.0 or :: for all',
    fallback: DEFAULTS.host,
  },
  role: {
    flag: '--role',
    value: 'ROLE',
    variable: 'WAYSIDE_ROLE',
    help: `part of the server that this process is: ${SERVER_ROLES.join(', ')}; all but the first need ClickHouse and PostgreSQL`,
    fallback: DEFAULTS.role,
  },
  openKeys: {
    flag: '--open-keys',
    value: null,
    variable: 'WAYSIDE_OPEN_KEYS',
    help: 'let anyone who reaches the server make a project and its key',
    fallback: null,
  },
  demo: {
    flag: '--demo',
    value: null,
    variable: 'WAYSIDE_DEMO',
    help: 'keep a project of made-up requests that everybody may look at, at /dashboard/demo',
    fallback: null,
  },
  adminEmail: {
    flag: '--admin-email',
    value: 'EMAIL',
    variable: 'WAYSIDE_ADMIN_EMAIL',
    help: 'first owner, made when there is nobody yet, in place of the set-up link',
    fallback: null,
  },
  adminPasswordFile: {
    flag: '--admin-password-file',
    value: 'FILE',
    variable: 'WAYSIDE_ADMIN_PASSWORD_FILE',
    help: "file with the first owner's password",
    fallback: null,
  },
  oidcIssuer: {
    flag: '--oidc-issuer',
    value: 'URL',
    variable: 'WAYSIDE_OIDC_ISSUER',
    help: 'OpenID Connect provider that people may log in with',
    fallback: null,
  },
  oidcClientId: {
    flag: '--oidc-client-id',
    value: 'ID',
    variable: 'WAYSIDE_OIDC_CLIENT_ID',
    help: 'what the provider knows this server by',
    fallback: null,
  },
  oidcClientSecretFile: {
    flag: '--oidc-client-secret-file',
    value: 'FILE',
    variable: 'WAYSIDE_OIDC_CLIENT_SECRET_FILE',
    help: "file with the client's secret, where the provider gave one",
    fallback: null,
  },
  oidcRegistrationTokenFile: {
    flag: '--oidc-registration-token-file',
    value: 'FILE',
    variable: 'WAYSIDE_OIDC_REGISTRATION_TOKEN_FILE',
    help: 'file with the token that the provider asks of a server that registers itself',
    fallback: null,
  },
  oidcGroupsClaim: {
    flag: '--oidc-groups-claim',
    value: 'NAME',
    variable: 'WAYSIDE_OIDC_GROUPS_CLAIM',
    help: "claim that names a person's groups",
    fallback: DEFAULT_GROUPS_CLAIM,
  },
  oidcRoles: {
    flag: '--oidc-roles',
    value: 'LIST',
    variable: 'WAYSIDE_OIDC_ROLES',
    help: 'roles by group, such as platform=admin,staff=viewer; without, only who was invited gets in',
    fallback: null,
  },
  basePath: {
    flag: '--base-path',
    value: 'PATH',
    variable: 'WAYSIDE_BASE_PATH',
    help: 'path that all addresses begin with, such as /analytics',
    fallback: null,
  },
  trustProxy: {
    flag: '--trust-proxy',
    value: 'LIST',
    variable: 'WAYSIDE_TRUST_PROXY',
    help: 'proxies whose forwarded headers are believed: addresses and networks, with commas between',
    fallback: null,
  },
  tlsCert: {
    flag: '--tls-cert',
    value: 'FILE',
    variable: 'WAYSIDE_TLS_CERT',
    help: 'certificate chain (PEM); with --tls-key the server speaks HTTPS',
    fallback: null,
  },
  tlsKey: {
    flag: '--tls-key',
    value: 'FILE',
    variable: 'WAYSIDE_TLS_KEY',
    help: 'key of the certificate (PEM)',
    fallback: null,
  },
  userAgents: {
    flag: '--user-agents',
    value: 'SET',
    variable: 'WAYSIDE_USER_AGENTS',
    help: "patterns that recognise clients: reduced, full, or a YAML file in uap-core's form",
    fallback: 'reduced',
  },
  countryDatabase: {
    flag: '--country-database',
    value: 'FILE',
    variable: 'WAYSIDE_COUNTRY_DATABASE',
    help: "country database in MaxMind's format, in place of the one that comes with the server",
    fallback: null,
  },
  journalMaxMib: {
    flag: '--journal-max-mib',
    value: 'N',
    variable: 'WAYSIDE_JOURNAL_MAX_MIB',
    help: 'MiB that the journal may take before senders are told to wait; 64 or more',
    fallback: String(DEFAULTS.journalMaxBytes / MIB),
  },
  minFreeMib: {
    flag: '--min-free-mib',
    value: 'N',
    variable: 'WAYSIDE_MIN_FREE_MIB',
    help: 'MiB that must stay free on the disk; below, senders are told to wait',
    fallback: String(DEFAULTS.minFreeBytes / MIB),
  },
  keyEventsPerSecond: {
    flag: '--key-events-per-second',
    value: 'N',
    variable: 'WAYSIDE_KEY_EVENTS_PER_SECOND',
    help: 'events a second that one key may send, over ten seconds, before it is told to wait',
    fallback: String(DEFAULTS.keyEventsPerSecond),
  },
  keyMibPerSecond: {
    flag: '--key-mib-per-second',
    value: 'N',
    variable: 'WAYSIDE_KEY_MIB_PER_SECOND',
    help: 'MiB a second that one key may send, over ten seconds, before it is told to wait',
    fallback: String(DEFAULTS.keyBytesPerSecond / MIB),
  },
  questionSeconds: {
    flag: '--question-seconds',
    value: 'N',
    variable: 'WAYSIDE_QUESTION_SECONDS',
    help: 'seconds that a question may take before it is refused, up to 300; without ClickHouse a watched one may take longer',
    fallback: String(DEFAULTS.questionTimeoutMs / 1_000),
  },
  smtpUrl: {
    flag: '--smtp-url',
    value: 'URL',
    variable: 'WAYSIDE_SMTP_URL',
    help: 'mail server that reports are sent by, smtp://user:password@host:587 or smtps://host',
    fallback: null,
  },
  mailFrom: {
    flag: '--mail-from',
    value: 'ADDRESS',
    variable: 'WAYSIDE_MAIL_FROM',
    help: 'sender of e-mails, wayside@example.com or "Wayside <wayside@example.com>"',
    fallback: null,
  },
  publicUrl: {
    flag: '--public-url',
    value: 'URL',
    variable: 'WAYSIDE_PUBLIC_URL',
    help: 'address that people reach this server by, with its base path, for links in e-mails and for a server that registers with an OpenID Connect provider',
    fallback: null,
  },
  exportDir: {
    flag: '--export-dir',
    value: 'DIR',
    variable: 'WAYSIDE_EXPORT_DIR',
    help: 'folder of exported files, in place of exports in the data folder; servers beside each other share one',
    fallback: null,
  },
  exportDays: {
    flag: '--export-days',
    value: 'N',
    variable: 'WAYSIDE_EXPORT_DAYS',
    help: 'days that exported files are kept',
    fallback: String(DEFAULTS.exportDays),
  },
  exportMaxMib: {
    flag: '--export-max-mib',
    value: 'N',
    variable: 'WAYSIDE_EXPORT_MAX_MIB',
    help: 'MiB that exported files may take together',
    fallback: String(DEFAULTS.exportMaxBytes / MIB),
  },
  idleDays: {
    flag: '--idle-days',
    value: 'N',
    variable: 'WAYSIDE_IDLE_DAYS',
    help: 'days without an event, a question or a visit after which a project is removed, 60 or more, with a warning 30 days before; off for never',
    fallback: String(DEFAULTS.idleDays),
  },
  privateTargets: {
    flag: '--private-targets',
    value: 'LIST',
    variable: 'WAYSIDE_PRIVATE_TARGETS',
    help: 'private addresses, networks and host names that monitors may reach, with commas between; others they never connect to',
    fallback: null,
  },
  metricsTokenFile: {
    flag: '--metrics-token-file',
    value: 'FILE',
    variable: 'WAYSIDE_METRICS_TOKEN_FILE',
    help: 'file with the token that Prometheus reads /metrics with; without, there is no such address',
    fallback: null,
  },
  logLevel: {
    flag: '--log-level',
    value: 'LEVEL',
    variable: 'WAYSIDE_LOG_LEVEL',
    help: LOG_LEVELS.join(', '),
    fallback: DEFAULTS.logLevel,
  },
} as const satisfies Record<string, ServeOption>

export type ServeOptionName = keyof typeof SERVE_OPTIONS
/** What was written, by option; a flag without a value is `'true'`. */
export type WrittenOptions = Readonly<Partial<Record<ServeOptionName, string>>>

/** Checks what an operator wrote. Throws `SettingError`. */
export function parseSettings(written: WrittenOptions): Settings {
  return {
    data: parseText('data', written.data, DEFAULTS.data),
    databaseUrl: parseOptional('databaseUrl', written.databaseUrl),
    clickhouseUrl: parseClickHouseUrl(written.clickhouseUrl),
    clickhouseDatabase: parseName('clickhouseDatabase', written.clickhouseDatabase) ?? DEFAULTS.clickhouseDatabase,
    clickhouseCluster: parseName('clickhouseCluster', written.clickhouseCluster),
    keyPepperPath: parseOptional('keyPepperFile', written.keyPepperFile),
    host: parseText('host', written.host, DEFAULTS.host),
    port: parsePort(written.port),
    role: parseRole(written.role),
    openKeys: parseSwitch('openKeys', written.openKeys),
    demo: parseSwitch('demo', written.demo),
    ...parseAdmin(written.adminEmail, written.adminPasswordFile),
    oidc: parseOidc(written),
    basePath: parseBasePath(written.basePath),
    trustProxy: parseProxies(written.trustProxy),
    tls: parseTls(written.tlsCert, written.tlsKey),
    userAgents: parseUserAgents(written.userAgents),
    countryDatabase: parseOptional('countryDatabase', written.countryDatabase),
    journalMaxBytes: parseMib('journalMaxMib', written.journalMaxMib, 64, DEFAULTS.journalMaxBytes),
    minFreeBytes: parseMib('minFreeMib', written.minFreeMib, 0, DEFAULTS.minFreeBytes),
    keyEventsPerSecond: parseCount('keyEventsPerSecond', written.keyEventsPerSecond, DEFAULTS.keyEventsPerSecond),
    keyBytesPerSecond: parseMib('keyMibPerSecond', written.keyMibPerSecond, 1, DEFAULTS.keyBytesPerSecond),
    questionTimeoutMs: parseCount('questionSeconds', written.questionSeconds, DEFAULTS.questionTimeoutMs / 1_000, MAX_QUESTION_SECONDS) * 1_000,
    mail: parseMail(written),
    exportDir: parseOptional('exportDir', written.exportDir),
    exportDays: parseCount('exportDays', written.exportDays, DEFAULTS.exportDays, MAX_RETENTION_DAYS),
    exportMaxBytes: parseMib('exportMaxMib', written.exportMaxMib, 1, DEFAULTS.exportMaxBytes),
    idleDays: parseIdleDays(written.idleDays),
    privateTargets: parseTargets(written.privateTargets),
    metricsTokenPath: parseOptional('metricsTokenFile', written.metricsTokenFile),
    logLevel: parseLogLevel(written.logLevel),
  }
}

function parseText(name: ServeOptionName, text: string | undefined, fallback: string): string {
  if (text === undefined) return fallback
  if (text.trim() === '') throw refuse(name, text, 'must not be empty')
  return text
}

function parseOptional(name: ServeOptionName, text: string | undefined): string | null {
  return text === undefined ? null : parseText(name, text, '')
}

/** The value is not shown: it may hold a password. */
function parseClickHouseUrl(text: string | undefined): string | null {
  if (text === undefined) return null
  if (/^https?:$/.test(URL.parse(text)?.protocol ?? '')) return text
  throw refuse('clickhouseUrl', '(not shown)', 'must be an address such as http://user:password@host:8123')
}

function parseName(name: ServeOptionName, text: string | undefined): string | null {
  if (text === undefined || /^[A-Za-z_]\w{0,63}$/.test(text)) return text ?? null
  throw refuse(name, text, 'must be a plain name of up to 64 letters, digits and _')
}

function parsePort(text: string | undefined): number {
  if (text === undefined) return DEFAULTS.port
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN
  if (!(port <= 65_535)) throw refuse('port', text, 'must be a whole number from 0 to 65535')
  return port
}

function parseRole(text: string | undefined): ServerRole {
  if (text === undefined) return DEFAULTS.role
  const role = SERVER_ROLES.find((each) => each === text)
  if (role === undefined) throw refuse('role', text, `must be one of ${SERVER_ROLES.join(', ')}`)
  return role
}

function parseSwitch(name: ServeOptionName, text: string | undefined): boolean {
  if (text === undefined) return false
  if (['true', '1', 'yes', 'on'].includes(text.toLowerCase())) return true
  if (['false', '0', 'no', 'off', ''].includes(text.toLowerCase())) return false
  throw refuse(name, text, 'must be true or false')
}

function parseBasePath(text: string | undefined): string {
  if (text === undefined || text === '' || text === '/') return DEFAULTS.basePath
  const path = text.replace(/\/+$/, '')
  if (!/^(\/[\w.~-]+)+$/.test(path))
    throw refuse(
      'basePath',
      text,
      'must begin with / and hold letters, digits, ".", "_", "~" and "-", such as /analytics',
    )
  return path
}

function parseProxies(text: string | undefined): readonly string[] {
  if (text === undefined || text.trim() === '') return DEFAULTS.trustProxy
  const proxies = text.split(',').map((each) => each.trim())
  const wrong = proxies.find((each) => !isNetwork(each))
  if (wrong !== undefined) throw refuse('trustProxy', wrong, 'must be an IP address or a network such as 10.0.0.0/8')
  return proxies
}

function parseTargets(text: string | undefined): readonly string[] {
  if (text === undefined || text.trim() === '') return DEFAULTS.privateTargets
  const targets = text.split(',').map((each) => each.trim())
  const wrong = targets.find((each) => !isNetwork(each) && !(/^[a-z0-9_-]+(\.[a-z0-9_-]+)*$/i.test(each) && !/^[\d.]+$/.test(each)))
  if (wrong !== undefined) throw refuse('privateTargets', wrong, 'must be a list of IP addresses, networks such as 10.0.0.0/8 and host names')
  return targets
}

function isNetwork(text: string): boolean {
  const [address = '', bits, more] = text.split('/')
  const version = isIP(address)
  if (version === 0 || more !== undefined) return false
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128))
}

function parseTls(certPath: string | undefined, keyPath: string | undefined): Settings['tls'] {
  if (certPath === undefined && keyPath === undefined) return DEFAULTS.tls
  if (certPath === undefined) throw refuse('tlsCert', undefined, 'must be given with --tls-key')
  if (keyPath === undefined) throw refuse('tlsKey', undefined, 'must be given with --tls-cert')
  return { certPath, keyPath }
}

function parseAdmin(email: string | undefined, passwordFile: string | undefined): Pick<Settings, 'adminEmail' | 'adminPasswordPath'> {
  if (email !== undefined && passwordFile === undefined) throw refuse('adminPasswordFile', undefined, 'must be given with --admin-email')
  if (email === undefined && passwordFile !== undefined) throw refuse('adminEmail', undefined, 'must be given with --admin-password-file')
  return { adminEmail: parseOptional('adminEmail', email), adminPasswordPath: parseOptional('adminPasswordFile', passwordFile) }
}

function parseOidc(written: WrittenOptions): Settings['oidc'] {
  const { oidcIssuer, oidcClientId, oidcGroupsClaim, oidcRoles } = written
  if (oidcIssuer === undefined) {
    if (oidcClientId !== undefined) throw refuse('oidcIssuer', undefined, 'must be given with --oidc-client-id')
    return DEFAULTS.oidc
  }
  const url = URL.parse(oidcIssuer)
  const isSafe = url?.protocol === 'https:' || (url?.protocol === 'http:' && /^(127\.|localhost$|\[::1\]$)/.test(url.hostname))
  if (!isSafe) throw refuse('oidcIssuer', oidcIssuer, 'must be an address that begins with https://')
  return {
    issuer: oidcIssuer,
    client: parseOidcClient(written),
    groupsClaim: parseText('oidcGroupsClaim', oidcGroupsClaim, DEFAULT_GROUPS_CLAIM),
    roles: new Map((oidcRoles ?? '').split(',').filter((pair) => pair.trim() !== '').map(parseRoleOfGroup)),
  }
}

/** Without a client of its own the server registers one, and must know where the provider is to send people back to. */
function parseOidcClient({ oidcClientId, oidcClientSecretFile, oidcRegistrationTokenFile, publicUrl }: WrittenOptions): OidcClientSettings {
  if (oidcClientId !== undefined) return { kind: 'given', id: parseText('oidcClientId', oidcClientId, ''), secretPath: parseOptional('oidcClientSecretFile', oidcClientSecretFile) }
  if (oidcClientSecretFile !== undefined) throw refuse('oidcClientId', undefined, 'must be given with --oidc-client-secret-file')
  if (publicUrl === undefined) throw refuse('publicUrl', undefined, 'must be given with --oidc-issuer, for the server to register with the provider; or name a client with --oidc-client-id')
  return { kind: 'registered', publicUrl: parsePublicUrl(publicUrl), tokenPath: parseOptional('oidcRegistrationTokenFile', oidcRegistrationTokenFile) }
}

/** The address of the mail server is not shown: it may hold a password. */
function parseMail({ smtpUrl, mailFrom, publicUrl }: WrittenOptions): Settings['mail'] {
  if (smtpUrl === undefined) return DEFAULTS.mail
  if (!/^smtps?:$/.test(URL.parse(smtpUrl)?.protocol ?? '') || URL.parse(smtpUrl)?.hostname === '') throw refuse('smtpUrl', '(not shown)', 'must be an address such as smtp://user:password@host:587')
  if (mailFrom === undefined) throw refuse('mailFrom', undefined, 'must be given with --smtp-url')
  if (!/^(?:[^<>\p{C}]*<[^\s@<>,]+@[^\s@<>,]+>|[^\s@<>,]+@[^\s@<>,]+)$/u.test(mailFrom)) throw refuse('mailFrom', mailFrom, 'must be an e-mail address, or a name and one in < and >')
  if (publicUrl === undefined) throw refuse('publicUrl', undefined, 'must be given with --smtp-url')
  return { smtpUrl, from: mailFrom, publicUrl: parsePublicUrl(publicUrl) }
}

function parsePublicUrl(text: string): string {
  const url = URL.parse(text)
  if (url === null || !/^https?:$/.test(url.protocol) || url.search !== '' || url.hash !== '' || url.username !== '') throw refuse('publicUrl', text, 'must be an address such as https://wayside.example.com')
  return url.href.replace(/\/+$/, '')
}

function parseRoleOfGroup(pair: string): [string, Role] {
  const at = pair.lastIndexOf('=')
  const [group, word] = [pair.slice(0, at).trim(), pair.slice(at + 1).trim()]
  const role = ROLES.find((each) => each === word)
  if (at < 1 || group === '' || role === undefined) throw refuse('oidcRoles', pair, `must be a list such as platform=admin,staff=viewer, of the roles ${ROLES.join(', ')}`)
  return [group, role]
}

function parseUserAgents(text: string | undefined): Settings['userAgents'] {
  if (text === undefined) return DEFAULTS.userAgents
  return text === 'reduced' || text === 'full' ? text : { path: parseText('userAgents', text, '') }
}

/** At most a pebibyte, so that a slip of the keyboard is seen. */
const MAX_MIB = 1024 * 1024 * 1024

function parseMib(name: ServeOptionName, text: string | undefined, least: number, fallback: number): number {
  if (text === undefined) return fallback
  const mib = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN
  if (!(mib >= least && mib <= MAX_MIB)) throw refuse(name, text, `must be a whole number of MiB from ${least} to ${MAX_MIB}`)
  return mib * MIB
}

const MAX_COUNT = 1_000_000_000

function parseCount(name: ServeOptionName, text: string | undefined, fallback: number, most = MAX_COUNT): number {
  if (text === undefined) return fallback
  const count = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN
  if (!(count >= 1 && count <= most)) throw refuse(name, text, `must be a whole number from 1 to ${most}`)
  return count
}

function parseIdleDays(text: string | undefined): number | null {
  if (text === undefined) return DEFAULTS.idleDays
  if (text.toLowerCase() === 'off') return null
  const days = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN
  if (!(days >= MIN_IDLE_DAYS && days <= MAX_RETENTION_DAYS)) throw refuse('idleDays', text, `must be off, or a whole number of days from ${MIN_IDLE_DAYS} to ${MAX_RETENTION_DAYS}`)
  return days
}

function parseLogLevel(text: string | undefined): Settings['logLevel'] {
  const level = LOG_LEVELS.find((each) => each === (text ?? DEFAULTS.logLevel))
  if (level === undefined) throw refuse('logLevel', text, `must be one of ${LOG_LEVELS.join(', ')}`)
  return level
}

function refuse(name: ServeOptionName, seen: string | undefined, fix: string): SettingError {
  const { flag, variable } = SERVE_OPTIONS[name]
  return new SettingError(`${flag} (${variable}) ${fix}, got ${seen === undefined ? 'nothing' : JSON.stringify(seen)}`, { option: name })
}
