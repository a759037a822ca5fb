import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import type { IncomingMessage } from 'node:http'
import { get } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { startTestServer } from '../testing/start-test-server.ts'

function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'wayside-tls-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  return folder
}

/** A certificate for 127.0.0.1, signed by itself. */
function makeCertificate(folder: string): { readonly certPath: string; readonly keyPath: string } {
  const [certPath, keyPath] = [join(folder, 'cert.pem'), join(folder, 'key.pem')]
  const words = `req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 1 -subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1 -out ${certPath} -keyout ${keyPath}`
  execFileSync('openssl', words.split(' '), { stdio: 'ignore' })
  return { certPath, keyPath }
}

function hasOpenssl(): boolean {
  try {
    execFileSync('openssl', ['version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

test.runIf(hasOpenssl())('with a certificate the server speaks HTTPS and tells browsers to keep to it', async () => {
  const tls = makeCertificate(makeFolder())
  const server = await startTestServer({ tls })

  const [answer]: IncomingMessage[] = await once(
    get(`${server.url}/healthz`, { ca: readFileSync(tls.certPath), agent: false }),
    'response',
  )

  expect(server.url).toMatch(/^https:/)
  expect([answer?.statusCode, answer?.headers['strict-transport-security']]).toEqual([200, 'max-age=31536000'])
  answer?.resume()
})

describe('a certificate that cannot be used is told with the flag and the fix:', () => {
  test('a file that is not there', async () => {
    await expect(
      startTestServer({ tls: { certPath: '/nothing/cert.pem', keyPath: '/nothing/key.pem' } }),
    ).rejects.toThrow('--tls-cert must name a file that can be read, got "/nothing/cert.pem"')
  })

  test('a file that is none', async () => {
    const file = join(makeFolder(), 'cert.pem')
    writeFileSync(file, 'nonsense')

    await expect(startTestServer({ tls: { certPath: file, keyPath: file } })).rejects.toThrow(
      '--tls-cert and --tls-key must be PEM files that belong together',
    )
  })
})
