/** Each view, and each state of it that looks different, as an address below the page. */
export const VIEW_PATHS = [
  '?period=7d',
  '?period=30d&chart=p95&f=country:DE&f=!client:curl',
  'endpoints?period=30d&sort=-p95',
  'endpoints?period=7d&endpoint=POST%20/v1/orders',
  'requests?period=7d',
  'errors?period=7d&expected=404',
  'errors?period=30d&error=a91f03c2d4e5b687',
  'consumers?period=7d',
  'consumers?period=30d&consumer=northwind-shop',
  'audience?period=7d',
  'deploys?period=24h',
  'changes?period=24h',
  'changes?period=24h&of=errors',
  'quality',
  'exports?period=7d',
]
