import { describe, expect, test } from 'vitest'
import { optionEntries, readSettings } from './config.ts'
import { DEFAULTS } from './settings.ts'

test('without flags and variables the defaults hold', () => {
  expect(readSettings({}, {})).toEqual(DEFAULTS)
})

test('a flag comes before its variable, and an empty variable is none', () => {
  const environment = { WAYSIDE_PORT: '5000', WAYSIDE_HOST: '', WAYSIDE_DATA: '/from-environment' }

  expect(readSettings({ data: '/from-flag' }, environment)).toMatchObject({
    data: '/from-flag',
    port: 5_000,
    host: '127.0.0.1',
  })
})

test('every setting can be given as a variable', () => {
  const environment = {
    WAYSIDE_CONFIG: '/dev/null',
    WAYSIDE_DATA: '/d',
    WAYSIDE_DATABASE_URL: 'postgres://u:p@h/d',
    WAYSIDE_CLICKHOUSE_URL: 'http://u:p@h:8123',
    WAYSIDE_CLICKHOUSE_DATABASE: 'api',
    WAYSIDE_CLICKHOUSE_CLUSTER: 'main',
    WAYSIDE_KEY_PEPPER_FILE: 'pepper',
    WAYSIDE_PORT: '0',
    WAYSIDE_HOST: '::',
    WAYSIDE_ROLE: 'collector',
    WAYSIDE_OPEN_KEYS: 'true',
    WAYSIDE_DEMO: 'true',
    WAYSIDE_ADMIN_EMAIL: 'ada@example.org',
    WAYSIDE_ADMIN_PASSWORD_FILE: 'password',
    WAYSIDE_OIDC_ISSUER: 'https://id.example.org',
    WAYSIDE_OIDC_CLIENT_ID: 'wayside',
    WAYSIDE_OIDC_CLIENT_SECRET_FILE: 'secret',
    WAYSIDE_OIDC_REGISTRATION_TOKEN_FILE: 'token',
    WAYSIDE_OIDC_GROUPS_CLAIM: 'teams',
    WAYSIDE_OIDC_ROLES: 'platform=admin, a=b=viewer,',
    WAYSIDE_BASE_PATH: '/analytics/',
    WAYSIDE_TRUST_PROXY: '10.0.0.0/8, ::1',
    WAYSIDE_TLS_CERT: 'c.pem',
    WAYSIDE_TLS_KEY: 'k.pem',
    WAYSIDE_USER_AGENTS: 'agents.yaml',
    WAYSIDE_COUNTRY_DATABASE: 'countries.mmdb',
    WAYSIDE_JOURNAL_MAX_MIB: '64',
    WAYSIDE_MIN_FREE_MIB: '0',
    WAYSIDE_KEY_EVENTS_PER_SECOND: '1000',
    WAYSIDE_KEY_MIB_PER_SECOND: '2',
    WAYSIDE_QUESTION_SECONDS: '5',
    WAYSIDE_SMTP_URL: 'smtp://u:p@h:587',
    WAYSIDE_MAIL_FROM: 'Wayside <wayside@example.org>',
    WAYSIDE_PUBLIC_URL: 'https://wayside.example.org/analytics/',
    WAYSIDE_EXPORT_DIR: '/shared',
    WAYSIDE_EXPORT_DAYS: '3',
    WAYSIDE_EXPORT_MAX_MIB: '5',
    WAYSIDE_IDLE_DAYS: 'off',
    WAYSIDE_PRIVATE_TARGETS: '10.0.0.0/8, api.internal,::1',
    WAYSIDE_METRICS_TOKEN_FILE: 'metrics-token',
    WAYSIDE_LOG_LEVEL: 'debug',
  }

  expect(Object.keys(environment)).toEqual(optionEntries().map(([, option]) => option.variable))
  expect(readSettings({}, environment)).toEqual({
    data: '/d',
    databaseUrl: 'postgres://u:p@h/d',
    clickhouseUrl: 'http://u:p@h:8123',
    clickhouseDatabase: 'api',
    clickhouseCluster: 'main',
    keyPepperPath: 'pepper',
    port: 0,
    host: '::',
    role: 'collector',
    openKeys: true,
    demo: true,
    adminEmail: 'ada@example.org',
    adminPasswordPath: 'password',
    oidc: {
      issuer: 'https://id.example.org',
      client: { kind: 'given', id: 'wayside', secretPath: 'secret' },
      groupsClaim: 'teams',
      roles: new Map([
        ['platform', 'admin'],
        ['a=b', 'viewer'],
      ]),
    },
    basePath: '/analytics',
    trustProxy: ['10.0.0.0/8', '::1'],
    tls: { certPath: 'c.pem', keyPath: 'k.pem' },
    userAgents: { path: 'agents.yaml' },
    countryDatabase: 'countries.mmdb',
    journalMaxBytes: 67_108_864,
    minFreeBytes: 0,
    keyEventsPerSecond: 1_000,
    keyBytesPerSecond: 2_097_152,
    questionTimeoutMs: 5_000,
    mail: { smtpUrl: 'smtp://u:p@h:587', from: 'Wayside <wayside@example.org>', publicUrl: 'https://wayside.example.org/analytics' },
    exportDir: '/shared',
    exportDays: 3,
    exportMaxBytes: 5_242_880,
    idleDays: null,
    privateTargets: ['10.0.0.0/8', 'api.internal', '::1'],
    metricsTokenPath: 'metrics-token',
    logLevel: 'debug',
  })
})

describe('a setting without meaning is refused with its flag, its variable and its value:', () => {
  test.each([
    [{ port: '70000' }, '--port (WAYSIDE_PORT) must be a whole number from 0 to 65535, got "70000"'],
    [{ port: '4270x' }, 'got "4270x"'],
    [{ role: 'boss' }, '--role (WAYSIDE_ROLE) must be one of all, collector, api, worker, dashboard, monitor, got "boss"'],
    [{ openKeys: 'maybe' }, 'must be true or false, got "maybe"'],
    [{ basePath: 'analytics' }, 'must begin with /'],
    [{ basePath: '/a/../b c' }, 'must begin with /'],
    [
      { trustProxy: '10.0.0.0/99' },
      '--trust-proxy (WAYSIDE_TRUST_PROXY) must be an IP address or a network such as 10.0.0.0/8, got "10.0.0.0/99"',
    ],
    [
      { journalMaxMib: '63' },
      '--journal-max-mib (WAYSIDE_JOURNAL_MAX_MIB) must be a whole number of MiB from 64 to 1073741824, got "63"',
    ],
    [{ minFreeMib: '-1' }, 'got "-1"'],
    [
      { keyEventsPerSecond: '0' },
      '--key-events-per-second (WAYSIDE_KEY_EVENTS_PER_SECOND) must be a whole number from 1 to 1000000000, got "0"',
    ],
    [{ questionSeconds: '301' }, '--question-seconds (WAYSIDE_QUESTION_SECONDS) must be a whole number from 1 to 300, got "301"'],
    [{ smtpUrl: 'http://user:secret@h' }, '--smtp-url (WAYSIDE_SMTP_URL) must be an address such as smtp://user:password@host:587, got "(not shown)"'],
    [{ smtpUrl: 'smtp://h' }, '--mail-from (WAYSIDE_MAIL_FROM) must be given with --smtp-url, got nothing'],
    [{ smtpUrl: 'smtp://h', mailFrom: 'a@b\nBcc: c@d', publicUrl: 'https://h' }, '--mail-from (WAYSIDE_MAIL_FROM) must be an e-mail address'],
    [{ smtpUrl: 'smtp://h', mailFrom: 'a@b' }, '--public-url (WAYSIDE_PUBLIC_URL) must be given with --smtp-url, got nothing'],
    [{ smtpUrl: 'smtp://h', mailFrom: 'a@b', publicUrl: 'wayside.example.org' }, '--public-url (WAYSIDE_PUBLIC_URL) must be an address such as'],
    [{ exportDays: '36526' }, '--export-days (WAYSIDE_EXPORT_DAYS) must be a whole number from 1 to 36525, got "36526"'],
    [{ keyMibPerSecond: '0' }, 'must be a whole number of MiB from 1 to'],
    [{ countryDatabase: ' ' }, '--country-database (WAYSIDE_COUNTRY_DATABASE) must not be empty, got " "'],
    [{ tlsCert: 'c.pem' }, '--tls-key (WAYSIDE_TLS_KEY) must be given with --tls-cert, got nothing'],
    [{ adminEmail: 'ada@example.org' }, '--admin-password-file (WAYSIDE_ADMIN_PASSWORD_FILE) must be given with --admin-email, got nothing'],
    [{ oidcIssuer: 'http://id.example.org', oidcClientId: 'x' }, 'must be an address that begins with https://'],
    [{ oidcIssuer: 'https://id.example.org' }, '--public-url (WAYSIDE_PUBLIC_URL) must be given with --oidc-issuer, for the server to register with the provider; or name a client with --oidc-client-id, got nothing'],
    [{ oidcIssuer: 'https://id.example.org', oidcClientSecretFile: 's' }, '--oidc-client-id (WAYSIDE_OIDC_CLIENT_ID) must be given with --oidc-client-secret-file, got nothing'],
    [{ oidcIssuer: 'https://id.example.org', publicUrl: 'stats.example.org' }, '--public-url (WAYSIDE_PUBLIC_URL) must be an address such as'],
    [{ oidcIssuer: 'https://id.example.org', oidcClientId: 'x', oidcRoles: 'platform=king' }, 'must be a list such as platform=admin,staff=viewer'],
    [{ data: ' ' }, 'must not be empty'],
    [{ idleDays: '59' }, '--idle-days (WAYSIDE_IDLE_DAYS) must be off, or a whole number of days from 60 to 36525, got "59"'],
    [{ privateTargets: '10.0.0.0/99' }, 'must be a list of IP addresses'],
    [{ logLevel: 'loud' }, 'must be one of error, warn, info, debug, got "loud"'],
  ])('%j', (written, message) => {
    expect(() => readSettings(written, {})).toThrow(message)
  })
})

test('without a client the server registers one, for the address that people reach it by', () => {
  const written = { oidcIssuer: 'https://id.example.org', publicUrl: 'https://stats.example.org/', oidcRegistrationTokenFile: 'token' }
  expect(readSettings(written, {}).oidc?.client).toEqual({ kind: 'registered', publicUrl: 'https://stats.example.org', tokenPath: 'token' })
})

test('a ClickHouse is named by an address that is not shown when it is wrong, its database by a plain name', () => {
  expect(() => readSettings({ clickhouseUrl: 'tcp://u:secret@h' }, {})).toThrow(/^(?!.*secret).*must be an address/)
  expect(() => readSettings({ clickhouseDatabase: 'x; DROP DATABASE y' }, {})).toThrow('must be a plain name')
})
