import { expect, test } from 'vitest'
import { startTestServer } from '../../../testing/start-test-server.ts'

test('the pages load their script and style from this server alone, under its base path', async () => {
  const server = await startTestServer({ basePath: '/analytics' })

  for (const path of ['/login', '/setup', '/welcome', '/account']) {
    const answer = await server.get(path)
    const page = await answer.text()
    const files = [...page.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, file]) => String(file))
    expect([path, answer.status, answer.headers.get('content-security-policy')]).toEqual([path, 200, expect.stringContaining("script-src 'self'")])
    expect(page).not.toMatch(/<script>|<style|style=|\son\w+=/)
    expect(files).toHaveLength(2)
    for (const file of files) {
      const { status, headers } = await fetch(new URL(file, server.url))
      expect([file, status, headers.get('cache-control')]).toEqual([expect.stringMatching(/^\/analytics\/people-/), 200, 'public, max-age=31536000, immutable'])
    }
  }
})
