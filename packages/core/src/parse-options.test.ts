import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { readEnvironment } from './config.ts'
import { DEFAULTS, type Options } from './options.ts'
import { parseOptions } from './parse-options.ts'

const parse = (options: unknown, variables: Record<string, string> = {}) =>
  // Boundary cast: these tests give what the type forbids.
  parseOptions('key', options as Options, readEnvironment(variables))

describe('an option that cannot be used is an error with the value and the fix', () => {
  test.each<[Record<string, unknown>, string]>([
    [{ flushIntervalMs: '5s' }, 'flushIntervalMs must be a whole number from 100 to 600000, got "5s" (string)'],
    [{ flushIntervalMs: Number.NaN }, 'flushIntervalMs must be a whole number from 100 to 600000, got NaN (number)'],
    [{ batchEvents: 2_001 }, 'batchEvents must be a whole number from 1 to 2000, got 2001 (number)'],
    [{ privacyLevel: '1' }, 'privacyLevel must be 0, 1 or 2, got "1" (string)'],
    [{ enabled: 'no' }, 'enabled must be true or false, got "no" (string)'],
    [{ serverUrl: 'localhost:4270' }, 'serverUrl must be an http: or https: URL'],
    [{ serverUrl: 'https://user:pw@host' }, 'serverUrl must be an http: or https: URL'],
    [{ trustProxy: true }, 'trustProxy must be false, the number of proxies'],
    [{ trustProxy: ['10.0.0.0/33'] }, 'trustProxy must be false, the number of proxies (1 to 32), or a list of addresses and networks such as ["10.0.0.0/8"]; its entry is "10.0.0.0/33" (string)'],
    [{ trustProxy: ['proxy.local'] }, 'trustProxy must be false, the number of proxies (1 to 32), or a list of addresses and networks such as ["10.0.0.0/8"]; its entry is "proxy.local" (string)'],
    [{ ignore: '/health' }, 'ignore must be a list of at most 100 paths'],
    [{ ignore: [/health/] }, 'ignore must be a list of at most 100 paths, such as "/health" or "/internal/*", and functions; its entry is a value of type object'],
    [{ getUserId: 'x-user' }, 'getUserId must be a function, got "x-user" (string)'],
    [{ onError: null }, 'onError must be a function, got null'],
    [{ service: 7 }, 'service must be a text, got 7 (number)'],
    [{ flushInterval: 5 }, 'flushInterval is not an option; did you mean flushIntervalMs?'],
    [{ getUserID: () => 'u' }, 'getUserID is not an option; did you mean getUserId?'],
    [{ somethingElse: 1 }, 'somethingElse is not an option'],
  ])('%j', (options, message) => {
    expect(() => parse(options)).toThrow(`WAYSIDE_INVALID_OPTION: ${message}`)
  })

  test('a missing key says how to give one', () => {
    expect(() => parseOptions(undefined, {}, readEnvironment({}))).toThrow('apiKey is missing; pass the project\'s key or set WAYSIDE_API_KEY')
  })

  test('a password in the URL is never printed', () => {
    expect(() => parse({ serverUrl: 'https://me:hunter2@host' })).toThrow('got one with a user')
    expect(() => parse({ serverUrl: 'https://me:hunter2@host' })).not.toThrow('hunter2')
  })

  test('a key that cannot travel in a header is never printed', () => {
    const secret = 'way_ing_secret\r\nx: y'
    expect(() => parse({}, {})).not.toThrow()
    expect(() => parseOptions(secret, {}, readEnvironment({}))).toThrow(expect.objectContaining({ code: 'WAYSIDE_INVALID_OPTION', option: 'apiKey' }))
    expect(() => parseOptions(secret, {}, readEnvironment({}))).not.toThrow('secret')
  })
})

describe('what is not given', () => {
  test('comes from the environment', () => {
    const variables = {
      WAYSIDE_API_KEY: 'from-env',
      WAYSIDE_URL: 'https://wayside.example/base',
      WAYSIDE_ENABLED: 'yes',
      WAYSIDE_ENVIRONMENT: 'staging',
      WAYSIDE_SERVICE: 'shop',
      WAYSIDE_SERVICE_VERSION: '1.2',
      WAYSIDE_INSTANCE: 'pod-1',
      NODE_ENV: 'production',
    }
    expect(parseOptions(undefined, {}, readEnvironment(variables))).toMatchObject({
      apiKey: 'from-env',
      receiverGroups: [{ receivers: [{ url: new URL('https://wayside.example/base'), apiKey: 'from-env' }] }],
      enabled: true,
      environment: 'staging',
      service: 'shop',
      serviceVersion: '1.2',
      instance: 'pod-1',
    })
  })

  test('comes after what is given', () => {
    const variables = { WAYSIDE_API_KEY: 'env', WAYSIDE_URL: 'http://env', WAYSIDE_ENABLED: 'false', WAYSIDE_ENVIRONMENT: 'env' }
    const resolved = parse({ serverUrl: 'http://given', enabled: true, environment: 'given' }, variables)
    expect(resolved).toMatchObject({ apiKey: 'key', receiverGroups: [{ receivers: [{ url: new URL('http://given') }] }], enabled: true, environment: 'given' })
  })

  test('is NODE_ENV for the environment, and nothing for an empty variable', () => {
    expect(parse({}, { NODE_ENV: 'test' }).environment).toBe('test')
    expect(parse({}, { WAYSIDE_ENVIRONMENT: ' ' }).environment).toBeNull()
  })

  test('no key is needed when disabled', () => {
    expect(parseOptions(undefined, undefined, readEnvironment({ WAYSIDE_ENABLED: '0' }))).toMatchObject({ enabled: false, apiKey: '' })
    expect(() => parse({}, { WAYSIDE_ENABLED: 'maybe' })).toThrow('enabled must be true or false in WAYSIDE_ENABLED, got "maybe" (string)')
  })

  test('is the default, as documented', () => {
    const source = readFileSync(new URL('options.ts', import.meta.url), 'utf8')
    const documented = [...source.matchAll(/@default (.+)\n\s+\*\/\n\s+readonly (\w+)\?/g)].map(([, value, name]) => [name, value])
    const actual = Object.entries(DEFAULTS).map(([name, value]) => [name, JSON.stringify(value).replaceAll('"', "'")])
    expect(Object.fromEntries(documented)).toEqual(Object.fromEntries(actual))
    const { serverUrl, allowCleartext, spool, ...others } = DEFAULTS
    expect([allowCleartext, spool]).toEqual([false, 'off'])
    expect(parse({})).toMatchObject({ ...others, spool: null, receiverGroups: [{ receivers: [{ url: new URL(serverUrl), allowCleartext }] }] })
  })

  test('may be undefined by name', () => {
    expect(parse({ getUserId: undefined, environment: undefined }).mappers.getUserId).toBeNull()
  })
})
