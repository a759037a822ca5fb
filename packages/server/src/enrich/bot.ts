/** Whether a user agent says that no person is behind the request: a crawler, a monitor or an AI agent. */
export function isBot(userAgent: string): boolean {
  return BOT.test(userAgent)
}

/**
 * Words that bots use of themselves, then names that carry none of them. An API client (curl, an HTTP library) is not
 * one of them: it is how programs call an API that was made for them. `Cubot` makes telephones.
 */
const BOT = new RegExp(
  [
    '(?<!cu)bot(?![a-z])',
    'robot',
    'crawl',
    'spider',
    'scrap[ei]',
    'slurp',
    'archiver',
    'preview',
    'validator',
    'feedfetcher',
    'headlesschrome',
    // AI agents and the collectors that feed them.
    'chatgpt',
    'openai',
    'anthropic',
    'claude',
    'perplexity',
    'cohere-ai',
    'mistralai',
    'google-extended',
    'googleother',
    'meta-external',
    'facebookexternalhit',
    'duckassist',
    // Monitors and health checks.
    'uptime',
    'pingdom',
    'statuscake',
    'site24x7',
    'monitor',
    'health-?check',
    'kube-probe',
    'googlehc',
    'checkly',
    'datadog.*synthetics',
    'newrelic.*synthetics',
    'blackbox[ _-]exporter',
    'pagespeed',
    'lighthouse',
  ].join('|'),
  'i',
)
