import { createServer } from 'node:http'
import { once } from 'node:events'
import { expect, onTestFinished, test } from 'vitest'
import { askServer } from './connect.ts'

/** The address of a server that answers everything alike. */
async function serve(status: number, body: string): Promise<string> {
  const server = createServer((_request, response) => response.writeHead(status).end(body)).listen(0, '127.0.0.1')
  onTestFinished(() => void server.close())
  await once(server, 'listening')
  const address = server.address()
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
}

const overview = (url: string, key = 'way_read_x') => askServer({ url, key }, (client) => client.overview())

test.each([
  [401, '{"detail":"This key is revoked."}', '--key (WAYSIDE_READ_KEY) must be a key that may read: This key is revoked.'],
  [403, '{"detail":"This key may send."}', '--key (WAYSIDE_READ_KEY) must be a key that may read: This key may send.'],
  [404, '', '--url (WAYSIDE_URL) must be that of a Wayside server, with its base path, got http://127.0.0.1:'],
  [200, '<h1>It works!</h1>', '--url (WAYSIDE_URL) must be that of a Wayside server'],
  [422, '{"detail":"This is too much at once: ask for a shorter range."}', 'This is too much at once: ask for a shorter range.'],
])('%i with %s is told as "%s"', async (status, body, message) => {
  await expect(overview(await serve(status, body))).rejects.toThrow(message)
})

test('a server that cannot be reached is named, with what may be wrong', async () => {
  await expect(overview('http://127.0.0.1:4')).rejects.toThrow('--url (WAYSIDE_URL) must be that of a server that can be reached, got http://127.0.0.1:4: nothing listens there; check host and port')
})

test.each([
  ['nowhere', 'way_read_x', '--url (WAYSIDE_URL) must be an address such as https://wayside.example.com'],
  ['http://127.0.0.1:4', 'two words', '--key (WAYSIDE_READ_KEY) must be a key that may read'],
])('%s with the key "%s" is refused before it is asked', async (url, key, message) => {
  await expect(overview(url, key)).rejects.toThrow(message)
})
