import { expect, test } from 'vitest'
import { startTestServer } from '../../src/testing/start-test-server.ts'
import { scanFiles, scanTables } from '../scan-data-folder.ts'

test('C1: one request gives a key, which sends and reads the data, and of which nothing is kept but a digest', async () => {
  const server = await startTestServer()
  const key = String(await (await server.post('/api/generate', '')).json())
  const row = { hostname: 'api.example.com', ip_address: '88.198.77.131', path: '/c1', user_agent: 'curl/8.5', method: 'GET', status: 200, response_time: 12, user_id: 'ada', created_at: new Date().toISOString() }

  const sent = await server.post('/api/log-request', JSON.stringify({ api_key: key, framework: 'Express', privacy_level: 0, requests: [row] }), { 'content-type': 'application/json' })
  await server.drain()
  const read = await fetch(`${server.url}/api/data`, { headers: { 'x-auth-token': key } })

  expect(sent.status).toBe(201)
  expect(await read.json()).toEqual([{ ...row, created_at: row.created_at, location: 'DE' }])
  expect(server.log.join('\n')).not.toContain(key)
  await server.stop()
  const traces = [key, key.replaceAll('-', '')]
  expect(scanFiles(server.dataDir, traces)).toEqual([])
  expect(await scanTables(server.dataDir, traces)).toEqual([])
  // The scan finds what is there.
  expect((await scanTables(server.dataDir, ['/c1'])).length).toBeGreaterThan(0)
})
