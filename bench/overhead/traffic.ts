import { createRandom } from '../../scripts/random.ts'

const REQUESTS = 1_000
const SHARE_OF_POSTS = 0.2
const SEED = 20

const USER_AGENTS = [
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36',
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Mobile/15E148 Safari/604.1',
  'python-requests/2.32.5',
  'okhttp/5.1.0',
]

/** Requests as bytes, the same in every run: users read by id, and some created from JSON bodies. */
export function createTraffic(): readonly Buffer[] {
  const random = createRandom(SEED)
  return Array.from({ length: REQUESTS }, () => {
    const id = 1 + Math.floor(random() * 500)
    const headers = [
      'Host: api.example.com',
      `User-Agent: ${USER_AGENTS[Math.floor(random() * USER_AGENTS.length)]}`,
      'Accept: application/json',
      'Accept-Encoding: gzip, deflate, br',
      `Authorization: Bearer key-${id % 40}`,
    ]
    if (random() >= SHARE_OF_POSTS) return Buffer.from([`GET /users/${id} HTTP/1.1`, ...headers, '', ''].join('\r\n'))
    const body = JSON.stringify({ name: `Person ${id}`, email: `person.${id}@example.com`, plan: id % 3 === 0 ? 'team' : 'free' })
    return Buffer.from(['POST /users HTTP/1.1', ...headers, 'Content-Type: application/json', `Content-Length: ${body.length}`, '', body].join('\r\n'))
  })
}
