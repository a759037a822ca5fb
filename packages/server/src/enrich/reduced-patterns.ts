import type { UserAgentPattern, UserAgentPatterns } from './user-agent-pattern.ts'

/** Up to three numbers after a product's name. */
const VERSION = String.raw`[/ ]v?(\d+)(?:\.(\d+))?(?:\.(\d+))?`

/** A product whose name in the text is also the name that people know. */
function product(name: string): UserAgentPattern {
  return known(name, `${name.replaceAll(/[.+()]/g, String.raw`\$&`)}(?:${VERSION})?`)
}

/** A product with the numbers of its version, if any, in the first three groups. */
function known(name: string, regex: string, flags = ''): UserAgentPattern {
  return { regex: new RegExp(regex, flags), name, version: ['$1', '$2', '$3'] }
}

function named(name: string, regex: string, flags = ''): UserAgentPattern {
  return { regex: new RegExp(regex, flags), name, version: [] }
}

/** Names of crawlers, AI agents and monitors; they go first because many also claim to be a browser. */
const BOTS = [
  'GPTBot',
  'ChatGPT-User',
  'OAI-SearchBot',
  'ClaudeBot',
  'Claude-User',
  'Claude-SearchBot',
  'PerplexityBot',
  'Perplexity-User',
  'Bytespider',
  'CCBot',
  'Amazonbot',
  'Applebot',
  'meta-externalagent',
  'facebookexternalhit',
  'MistralAI-User',
  'cohere-ai',
  'DuckAssistBot',
  'DuckDuckBot',
  'Googlebot',
  'GoogleOther',
  'bingbot',
  'YandexBot',
  'Baiduspider',
  'PetalBot',
  'AhrefsBot',
  'SemrushBot',
  'MJ12bot',
  'DotBot',
  'Slackbot',
  'Twitterbot',
  'LinkedInBot',
  'Discordbot',
  'TelegramBot',
  'WhatsApp',
  'UptimeRobot',
  'Pingdom',
  'StatusCake',
  'Site24x7',
  'Checkly',
  'kube-probe',
  'ELB-HealthChecker',
  'GoogleHC',
  'Blackbox Exporter',
  'HeadlessChrome',
].map(product)

/** Tools and libraries with which programs and developers call an API. */
const API_CLIENTS = [
  'curl',
  'Wget',
  'HTTPie',
  'PostmanRuntime',
  'insomnia',
  'Bruno',
  'k6',
  'Apache-HttpClient',
  'axios',
  'got',
  'node-fetch',
  'undici',
  'superagent',
  'python-requests',
  'python-httpx',
  'aiohttp',
  'Python-urllib',
  'Scrapy',
  'okhttp',
  'Go-http-client',
  'go-resty',
  'reqwest',
  'GuzzleHttp',
  'Faraday',
  'RestSharp',
  'Dart',
  'CFNetwork',
].map(product)

const LIBRARIES: readonly UserAgentPattern[] = [
  known('Node.js', `^node(?:${VERSION})?$`),
  known('Deno', `^Deno${VERSION}`),
  known('Bun', `^Bun${VERSION}`),
  known('Java', `^(?:Java|Java-http-client)${VERSION}`),
  known('Ruby', '^Ruby$'),
  known('Apache Bench', `ApacheBench${VERSION}`),
  known('PowerShell', `PowerShell${VERSION}`),
]

/** From the most to the least particular: each of these also carries the names of those below it. */
const BROWSERS: readonly UserAgentPattern[] = [
  known('Edge', `Edg(?:e|A|iOS)?${VERSION}`),
  known('Opera', `(?:OPR|Opera|OPiOS)${VERSION}`),
  known('Samsung Internet', `SamsungBrowser${VERSION}`),
  known('Yandex Browser', `YaBrowser${VERSION}`),
  known('Vivaldi', `Vivaldi${VERSION}`),
  known('DuckDuckGo', `(?:DuckDuckGo|Ddg)${VERSION}`),
  known('UC Browser', `UCBrowser${VERSION}`),
  known('Firefox', `(?:Firefox|FxiOS)${VERSION}`),
  known('Chrome', `(?:Chrome|CriOS|Chromium)${VERSION}`),
  known('Safari', `Version${VERSION}.* Safari/`),
  known('Safari', 'Safari/'),
  known('Internet Explorer', String.raw`MSIE (\d+)(?:\.(\d+))?`),
  known('Internet Explorer', String.raw`Trident/.* rv:(\d+)(?:\.(\d+))?`),
  known('iOS web view', String.raw`\((?:iPhone|iPad).*AppleWebKit`),
]

/** What an unknown program calls itself: the product at the start of its user agent, as RFC 9110 asks for. */
const SELF_NAMED: readonly UserAgentPattern[] = [
  { regex: new RegExp(String.raw`^(?!Mozilla/)([A-Za-z][\w.@-]{1,40})${VERSION}`), name: null, version: [null, null, null] },
]

/**
 * A set of our own that recognises what usually calls an API. Each expression is linear in the length of its text.
 * The whole of uap-core's is ten times as long and knows thousands of telephones.
 */
export const REDUCED_PATTERNS: UserAgentPatterns = {
  clients: [...BOTS, ...API_CLIENTS, ...LIBRARIES, ...BROWSERS, ...SELF_NAMED],
  systems: [
    named('iOS', String.raw`iPhone|iPad|iPod|\biOS\b`),
    named('Android', 'Android'),
    named('Windows', 'Windows'),
    named('ChromeOS', 'CrOS'),
    named('macOS', 'Mac OS X|Macintosh|Darwin|macOS'),
    named('Linux', 'Linux', 'i'),
  ],
  devices: [
    named('iPhone', 'iPhone'),
    named('iPad', 'iPad'),
    named('Android phone', 'Android.*Mobile'),
    named('Android tablet', 'Android'),
    named('Mac', 'Macintosh'),
    named('PC', 'Windows NT|X11|CrOS'),
  ],
}
