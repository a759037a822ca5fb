import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { LIMITS } from '@wayside/protocol'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Client } from './enricher.ts'
import { createUserAgentParser } from './user-agent.ts'
import { loadUserAgentPatterns } from './user-agent-patterns.ts'

const CHROME = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.6099.71 Safari/537.36'
const ANDROID = 'Mozilla/5.0 (Linux; Android 13; CUBOT NOTE 30) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/119.0.0.0 Mobile Safari/537.36'
const IPHONE = 'Mozilla/5.0 (iPhone; CPU iPhone OS 17_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.1 Mobile/15E148 Safari/604.1'

const EXAMPLES: readonly (readonly [string, Partial<Client>])[] = [
  [CHROME, { client: 'Chrome', clientVersion: '120.0.6099', os: 'Windows', device: 'PC', bot: false }],
  [`${CHROME} Edg/120.0.2210`, { client: 'Edge', clientVersion: '120.0.2210' }],
  [`${CHROME} OPR/106.0`, { client: 'Opera', clientVersion: '106.0' }],
  [ANDROID, { client: 'Chrome', os: 'Android', device: 'Android phone', bot: false }],
  [IPHONE, { client: 'Safari', clientVersion: '17.1', os: 'iOS', device: 'iPhone', bot: false }],
  ['Mozilla/5.0 (X11; Linux x86_64; rv:121.0) Gecko/20100101 Firefox/121.0', { client: 'Firefox', clientVersion: '121.0', os: 'Linux', device: 'PC' }],
  ['Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.2 Safari/605.1.15', { client: 'Safari', os: 'macOS', device: 'Mac' }],
  ['curl/8.5.0', { client: 'curl', clientVersion: '8.5.0', bot: false }],
  ['python-requests/2.31.0', { client: 'python-requests', clientVersion: '2.31.0', bot: false }],
  ['node', { client: 'Node.js', clientVersion: null, bot: false }],
  ['axios/1.6.2', { client: 'axios', clientVersion: '1.6.2' }],
  ['Go-http-client/2.0', { client: 'Go-http-client', clientVersion: '2.0' }],
  ['orders-service/2.1 (internal)', { client: 'orders-service', clientVersion: '2.1', bot: false }],
  ['Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)', { client: 'Googlebot', clientVersion: '2.1', bot: true }],
  ['Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.2; +https://openai.com/gptbot)', { client: 'GPTBot', bot: true }],
  ['Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; Claude-User/1.0)', { client: 'Claude-User', bot: true }],
  ['kube-probe/1.28', { client: 'kube-probe', clientVersion: '1.28', bot: true }],
  ['Mozilla/5.0 (compatible; UptimeRobot/2.0; http://www.uptimerobot.com/)', { client: 'UptimeRobot', bot: true }],
  ['()', { client: null, clientVersion: null, os: null, device: null, bot: false }],
]

test.each(EXAMPLES)('the reduced set knows %s', (userAgent, expected) => {
  const parse = createUserAgentParser(loadUserAgentPatterns('reduced'))
  expect(parse(userAgent)).toMatchObject(expected)
})

test('an absent user agent is an unknown client', () => {
  const parse = createUserAgentParser(loadUserAgentPatterns('reduced'))
  const unknown = { client: null, clientVersion: null, os: null, device: null, bot: false }
  expect([parse(null), parse('')]).toEqual([unknown, unknown])
})

test('the full set names what the reduced one does not', () => {
  const parse = createUserAgentParser(loadUserAgentPatterns('full'))
  expect(parse(IPHONE)).toMatchObject({ client: 'Mobile Safari', clientVersion: '17.1', os: 'iOS', device: 'iPhone', bot: false })
  expect(parse('Mozilla/5.0 (Linux; Android 14; SM-G991B) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Mobile Safari/537.36')).toMatchObject({
    client: 'Chrome Mobile',
    os: 'Android',
    device: 'Samsung SM-G991B',
  })
  expect(parse('Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)')).toMatchObject({ client: 'bingbot', device: null, bot: true })
})

describe('a file of patterns', () => {
  let folder = ''
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'wayside-patterns-'))
  })
  afterEach(() => rm(folder, { recursive: true }))

  async function load(text: string) {
    const path = join(folder, 'patterns.yaml')
    await writeFile(path, text)
    return loadUserAgentPatterns({ path })
  }

  test('the first match wins, groups fill the replacements and set the version', async () => {
    const parse = createUserAgentParser(
      await load(String.raw`
user_agent_parsers:
  - regex: '(Orders)-(\w+)/(\d+)'
    family_replacement: '$1 $2 app'
    v1_replacement: '$3'
    v2_replacement: '0'
  - regex: '(Orders)'
os_parsers:
  - regex: 'android'
    regex_flag: 'i'
    os_replacement: 'Android'
device_parsers: []
`),
    )
    expect(parse('Orders-mobile/3 ANDROID')).toMatchObject({ client: 'Orders mobile app', clientVersion: '3.0', os: 'Android' })
    expect(parse('Orders')).toMatchObject({ client: 'Orders', clientVersion: null, os: null })
  })

  test('a fault in it is told with its place', async () => {
    await expect(load('user_agent_parsers: []')).rejects.toThrow('patterns.yaml: os_parsers must be a list')
    await expect(load('user_agent_parsers: [{}]')).rejects.toThrow('patterns.yaml: user_agent_parsers[0] must have a regex')
    await expect(load(`user_agent_parsers: [{ regex: '(' }]`)).rejects.toThrow('user_agent_parsers[0]: ( is not a regular expression')
  })
})

test.each(['reduced', 'full'] as const)('no text of the greatest length holds up the %s set', (set) => {
  const parse = createUserAgentParser(loadUserAgentPatterns(set))
  const units = ['a', ' ', ';', '1.', '(iPhone ', 'Android', 'Mozilla/', 'Trident/', 'Version/1 ', 'A/1 ', '.CFNetwork', '; Build/', '-x', 'SAMSUNG; ']
  parse(CHROME) // The first text compiles the expressions.
  for (const unit of units) {
    const started = performance.now()
    parse(unit.repeat(LIMITS.userAgentLength).slice(0, LIMITS.userAgentLength * 4))
    expect(performance.now() - started, unit).toBeLessThan(250)
  }
})
