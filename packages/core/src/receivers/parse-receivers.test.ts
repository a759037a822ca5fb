import { describe, expect, test } from 'vitest'
import { readEnvironment } from '../config.ts'
import type { Options } from '../options.ts'
import { parseOptions } from '../parse-options.ts'
import { hasOpenssl, makeCertificate } from '../../test/certificates.ts'

const KEY = 'secret-key'

function parse(options: Options, variables: Record<string, string> = {}) {
  return parseOptions(KEY, options, readEnvironment(variables)).receiverGroups
}

/** Groups as their strategy and addresses. */
function shape(options: Options, variables: Record<string, string> = {}) {
  return parse(options, variables).map(({ strategy, receivers }) => [strategy, ...receivers.map(({ url }) => url.href)])
}

describe('groups', () => {
  test('are one of one receiver when only serverUrl is given', () => {
    expect(shape({ serverUrl: 'https://a/base' })).toEqual([['failover', 'https://a/base']])
  })

  test('are read from text', () => {
    expect(shape({ receivers: '{https://a | https://b}, {https://c, https://d}' })).toEqual([
      ['failover', 'https://a/', 'https://b/'],
      ['loadbalance', 'https://c/', 'https://d/'],
    ])
  })

  test('are read from WAYSIDE_RECEIVERS', () => {
    expect(shape({}, { WAYSIDE_RECEIVERS: 'https://a,https://b' })).toEqual([['loadbalance', 'https://a/', 'https://b/']])
  })

  test('are read from objects, failover by default', () => {
    const receivers = [{ receivers: ['https://a', { url: 'https://b' }] }, { strategy: 'loadbalance', receivers: [{ url: 'https://c', weight: 3 }] }] as const
    expect(shape({ receivers })).toEqual([
      ['failover', 'https://a/', 'https://b/'],
      ['loadbalance', 'https://c/'],
    ])
    expect(parse({ receivers })[1]?.receivers[0].weight).toBe(3)
  })

  test('of the code win over the environment', () => {
    const variables = { WAYSIDE_RECEIVERS: 'https://env', WAYSIDE_URL: 'https://env' }
    expect(shape({ receivers: 'https://a' }, variables)).toEqual([['failover', 'https://a/']])
    expect(shape({ serverUrl: 'https://a' }, variables)).toEqual([['failover', 'https://a/']])
  })
})

describe('keys', () => {
  test('are the receiver\'s own, else the group\'s, else the project\'s', () => {
    const [group] = parse({ receivers: [{ apiKey: 'of-group', receivers: [{ url: 'https://a', apiKey: 'own' }, 'https://b'] }] })
    expect(group.receivers.map(({ apiKey }) => apiKey)).toEqual(['own', 'of-group'])
    expect(parse({ receivers: 'https://a' })[0].receivers[0].apiKey).toBe(KEY)
  })

  test('make that of the project superfluous', () => {
    const resolved = parseOptions(undefined, { receivers: [{ apiKey: 'of-group', receivers: ['https://a'] }] }, readEnvironment({}))
    expect(resolved.apiKey).toBe('of-group')
    expect(() => parseOptions(undefined, { receivers: 'https://a' }, readEnvironment({}))).toThrow('apiKey is missing')
  })

  test('are never printed', () => {
    const receivers = [{ receivers: [{ url: 'https://a', apiKey: 'broken key' }] }]
    expect(() => parse({ receivers })).toThrow('receivers[0].receivers[0].apiKey must be a text of 1 to 256 visible ASCII characters')
    expect(() => parse({ receivers })).not.toThrow('broken key')
  })
})

describe('a contradiction is a start-up error', () => {
  // Boundary cast: what JavaScript and JSON can say.
  const wrong = (receivers: unknown): Options => ({ receivers: receivers as string })

  test.each<[Options, string]>([
    [{ receivers: 'https://a, https://b | https://c' }, 'receivers mixes , (load balance) and | (failover) in one group; use one of them, or several groups as {a | b}, {c, d}; got "https://a, https://b | https://c"'],
    [{ receivers: '{https://a},{}' }, 'receivers has an empty group; leave it out or name a receiver in it; got "{https://a},{}"'],
    [{ receivers: '' }, 'receivers has no address; got ""'],
    [wrong([]), 'receivers must be addresses such as "https://a | https://b", or a list of 1 to 8 groups'],
    [wrong([{ receivers: [] }]), 'receivers[0].receivers is empty; name a receiver or leave the group out'],
    [wrong({ receivers: ['https://a'] }), 'got a value of type object'],
    [wrong(['https://a']), 'receivers[0] must be an object, got "https://a" (string)'],
    [wrong([{ receivers: 'https://a' }]), 'receivers[0].receivers must be a list of 1 to 16 addresses; got "https://a" (string)'],
    [wrong([{ receivers: ['https://a'], strategy: 'random' }]), 'receivers[0].strategy must be "failover" or "loadbalance", got "random" (string)'],
    [wrong([{ receivers: ['https://a'], type: 'failover' }]), 'receivers[0].type is not a setting; there are strategy, receivers, apiKey, tls, proxy'],
    [wrong([{ receivers: [{ url: 'https://a', prio: 1 }] }]), 'receivers[0].receivers[0].prio is not a setting; there are url, apiKey, weight, tls'],
    [wrong([{ receivers: [{ url: 'https://a', weight: 2 }, 'https://b'] }]), 'receivers[0].receivers[0].weight has no meaning in a failover group'],
    [wrong([{ strategy: 'loadbalance', receivers: [{ url: 'https://a', weight: 0 }] }]), 'weight must be a whole number from 1 to 1000, got 0 (number)'],
    [{ receivers: 'tcp://h1:7612,tcp://h2:7612' }, 'receivers[0].receivers[0] must be an http: or https: URL such as "https://wayside.example.com", without user, query and fragment; got "tcp://h1:7612" (string)'],
    [{ receivers: 'https://a | https://a/' }, 'receivers names https://a twice, in receivers[0]; leave one out'],
    [{ receivers: '{https://a},{https://b|https://a}' }, 'receivers names https://a twice, in receivers[0] and receivers[1]; leave one out'],
    [{ receivers: 'https://a', serverUrl: 'https://b' }, 'receivers and serverUrl contradict each other; name "https://b" (string) as one of the receivers'],
    [wrong([{ receivers: [{ url: 'http://localhost', tls: {} }] }]), 'receivers[0].receivers[0].tls contradicts the address http://localhost/; write https:'],
    [wrong([{ receivers: ['https://a'], tls: { ca: '/etc/ca.pem' } }]), 'receivers[0].receivers[0].tls.ca must be the contents of a PEM file, read with readFileSync(path); got "/etc/ca.pem" (string)'],
    [wrong([{ receivers: ['https://a'], tls: { cert: '-----BEGIN CERTIFICATE-----' } }]), 'receivers[0].receivers[0].tls needs cert and key together, got only cert'],
    [wrong([{ receivers: ['https://a'], tls: { certificate: '' } }]), 'tls.certificate is not a setting; there are ca, cert, key and passphrase'],
    [{ receivers: 'https://a', proxy: 'socks5://p' }, 'receivers[0].receivers[0].proxy must be an http: or https: URL such as "http://proxy.example:3128", got "socks5://p"'],
  ])('%j', (options, message) => {
    expect(() => parse(options)).toThrow(message)
  })

  test('between variables', () => {
    expect(() => parse({}, { WAYSIDE_RECEIVERS: 'https://a', WAYSIDE_URL: 'https://b' })).toThrow('receivers in WAYSIDE_RECEIVERS and WAYSIDE_URL contradict each other')
    expect(() => parse({}, { WAYSIDE_RECEIVERS: 'https://a|' })).toThrow('receivers in WAYSIDE_RECEIVERS needs an address after |; got "https://a|"')
  })

  test('with credentials in a URL, which are not printed', () => {
    for (const receivers of ['https://me:hunter2@a | https://b', '{https://me:hunter2@a}, {', [{ receivers: ['https://me:hunter2@a'] }]]) {
      expect(() => parse({ receivers })).toThrow(/receivers/)
      expect(() => parse({ receivers })).not.toThrow('hunter2')
    }
  })

  test('with a certificate that cannot be read', () => {
    const receivers = [{ receivers: [{ url: 'https://a', tls: { ca: '-----BEGIN CERTIFICATE-----\nrubbish\n-----END CERTIFICATE-----' } }] }]
    expect(() => parse({ receivers })).toThrow('receivers[0].receivers[0].tls cannot be used: ')
  })

  test('one server may get two projects', () => {
    const receivers = [{ receivers: ['https://a'] }, { apiKey: 'other', receivers: ['https://a'] }]
    expect(parse({ receivers })).toHaveLength(2)
  })
})

describe('TLS', () => {
  test.skipIf(!hasOpenssl)('of a group serves its receivers, a receiver\'s own comes first', () => {
    const ofGroup = makeCertificate()
    const own = makeCertificate({ passphrase: 'secret' })
    const receivers = ['https://a', 'https://b', { url: 'https://c', tls: { ...own, passphrase: 'secret' } }]
    const [group] = parse({ receivers: [{ receivers, tls: { ca: [ofGroup.cert], ...ofGroup } }] })
    expect(group.receivers.every(({ secureContext }) => secureContext !== null)).toBe(true)
  })

  test.skipIf(!hasOpenssl)('with a wrong passphrase or the key of another certificate is a start-up error', () => {
    const locked = makeCertificate({ passphrase: 'secret' })
    const tls = (given: object) => () => parse({ receivers: [{ receivers: ['https://a'], tls: given }] })
    expect(tls({ ...locked, passphrase: 'wrong' })).toThrow('receivers[0].receivers[0].tls cannot be used: ')
    expect(tls({ ...locked, key: makeCertificate().key })).toThrow('receivers[0].receivers[0].tls cannot be used: ')
    expect(tls(locked)).not.toThrow('secret')
  })

  test('is not set up when nothing will be sent', () => {
    expect(parse({ receivers: 'https://a', enabled: false })[0].receivers[0].secureContext).toBeNull()
  })
})

describe('cleartext', () => {
  test.each(['http://localhost:4270', 'http://127.0.0.2', 'http://[::1]', 'http://10.1.2.3', 'http://wayside:4270', 'http://wayside.example.com'])(
    '%s may turn out to be private',
    (url) => {
      expect(parse({ receivers: url })[0].receivers[0].allowCleartext).toBe(false)
    },
  )

  test.each([
    ['http://8.8.8.8', {}],
    ['http://[2001:4860::1]', {}],
    ['http://wayside.example.com', { http_proxy: 'http://proxy:3128' }],
    ['http://wayside', { http_proxy: 'http://8.8.8.8:3128' }],
  ])('%s crosses a public network', (url, variables) => {
    expect(() => parse({ receivers: url }, variables)).toThrow(`would send the key unencrypted over a public network to ${url}`)
    expect(parse({ receivers: url, allowCleartext: true }, variables)[0].receivers[0].allowCleartext).toBe(true)
    expect(parse({ receivers: url }, { ...variables, WAYSIDE_ALLOW_CLEARTEXT: 'yes' })[0].receivers[0].allowCleartext).toBe(true)
  })
})

describe('a proxy', () => {
  const proxyOf = (options: Options, variables: Record<string, string>) => parse(options, variables)[0].receivers[0].proxy

  test('comes from the environment, by the address\'s scheme', () => {
    const variables = { HTTPS_PROXY: 'http://secure:1', HTTP_PROXY: 'plain:2' }
    expect(proxyOf({ serverUrl: 'https://a' }, variables)).toEqual({ url: new URL('http://secure:1'), authorization: null })
    expect(proxyOf({ serverUrl: 'http://a' }, variables)).toEqual({ url: new URL('http://plain:2'), authorization: null })
    expect(proxyOf({ serverUrl: 'https://a' }, { HTTP_PROXY: 'plain:2' })).toBeNull()
  })

  test('of the group wins over the option, and both over the environment', () => {
    const variables = { HTTPS_PROXY: 'http://env:1', NO_PROXY: '*' }
    expect(proxyOf({ proxy: 'http://option:1', receivers: 'https://a' }, variables)?.url.host).toBe('option:1')
    expect(proxyOf({ proxy: 'http://option:1', receivers: [{ receivers: ['https://a'], proxy: 'http://group:1' }] }, variables)?.url.host).toBe('group:1')
    expect(proxyOf({ proxy: false, receivers: 'https://a' }, { HTTPS_PROXY: 'http://env:1' })).toBeNull()
  })

  test('takes its user and password', () => {
    const proxy = proxyOf({ proxy: 'http://me:p%40ss@proxy:1', serverUrl: 'https://a' }, {})
    expect(proxy).toEqual({ url: new URL('http://proxy:1'), authorization: `Basic ${Buffer.from('me:p@ss').toString('base64')}` })
  })

  test('that cannot be used is never bypassed, and its password never printed', () => {
    expect(() => proxyOf({ serverUrl: 'https://a' }, { HTTPS_PROXY: 'socks5://me:hunter2@p' })).toThrow(
      'HTTPS_PROXY (proxy of a) must be an http: or https: URL such as "http://proxy.example:3128", got "socks5://***@p"; proxy: false goes without one',
    )
    expect(() => proxyOf({ serverUrl: 'https://a', proxy: 'http://%zz:x@p' }, {})).toThrow('broken % escape')
  })
})
