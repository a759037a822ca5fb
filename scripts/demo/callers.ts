/** Who calls the example APIs: consumers of different weight, each from one place with one client. */
export interface Caller {
  readonly weight: number
  /** Sent as `x-api-user`; crawlers and strangers have none. */
  readonly user: string | null
  readonly userAgent: string
  /** Sent as `X-Forwarded-For`, as a proxy in front of the app would. */
  readonly ip: string
}

const CLIENTS = [
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36',
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15',
  'Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0',
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1',
  'python-requests/2.32.5',
  'axios/1.12.2',
  'okhttp/5.1.0',
  'Go-http-client/2.0',
  'curl/8.15.0',
  'PostmanRuntime/7.46.1',
] as const

/** Public addresses of large networks, so that the page has countries to show; nothing is ever sent to them. */
const ADDRESSES = [
  '8.8.8.8', '208.67.222.222', '81.2.69.142', '91.198.174.192', '193.0.6.139', '202.12.27.33', '200.160.2.3', '196.216.2.1',
  '133.11.0.1', '1.1.1.1', '80.67.169.12', '194.150.168.168', '2001:4860:4860::8888', '2a02:898::146', '103.2.57.5', '41.77.140.1',
] as const

const NAMES = [
  'atlas', 'beacon', 'cobalt', 'delta', 'ember', 'fjord', 'garnet', 'harbor', 'indigo', 'juniper', 'kestrel', 'lumen',
  'meadow', 'nimbus', 'onyx', 'prairie', 'quartz', 'ridge', 'sierra', 'tundra', 'umber', 'violet', 'willow', 'zephyr',
] as const

const CRAWLERS = [
  'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)',
  'Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.2; +https://openai.com/gptbot)',
  'UptimeRobot/2.0; http://www.uptimerobot.com/',
] as const

export const CALLERS: readonly Caller[] = [
  // Few consumers make most of the traffic, as in life.
  ...NAMES.map((name, at) => ({ weight: 60 / (at + 1), user: `${name}-app`, userAgent: cycle(CLIENTS, at), ip: cycle(ADDRESSES, at) })),
  ...CRAWLERS.map((userAgent, at) => ({ weight: 4, user: null, userAgent, ip: cycle(ADDRESSES, at) })),
  { weight: 8, user: null, userAgent: CLIENTS[8], ip: ADDRESSES[9] },
]

function cycle<Value>(values: readonly Value[], at: number): Value {
  return values[at % values.length] as Value // In bounds by the remainder.
}
